import Interferometry
import Synthesis

/// How training patches are varied so that few labelled patches suffice: shifts, flips, rotations and scaling
/// (Anantrasirichai et al. 2018, section 3), and further changes that wrapped phase allows: phase offset,
/// sign and turbulent delay.
public struct Augmentation: Hashable, Sendable {
  /// Shifts are multiples of this many pixels.
  public var shiftStep = 10
  /// Largest shift along each side, pixels. A patch with a box keeps at least half of the box inside.
  public var farthestShift = 40
  /// Largest shift of a deforming patch without a box, pixels: the deformation may be near an edge.
  public var farthestBlindShift = 20
  /// Whether patches are flipped, each axis with probability 0.5.
  public var flips = true
  /// Rotation angles, degrees; one is drawn for each copy.
  public var angles = [0, 22.5, 45, 67.5, 90]
  /// Range of the scale factors, drawn separately for x and y.
  public var scales = 0.8...1.25
  /// Fraction of copies, 0…1, that are shifted, scaled and rotated by any angle. The others are only flipped
  /// and rotated by 90°, so that their pixels are not resampled: the network must also learn patches as they
  /// are.
  public var movedFraction = 0.8
  /// Fraction of moved copies, 0…1, resampled by nearest neighbour. The others are interpolated, which
  /// smooths noise; a network trained only on those would not know the noise of real patches.
  public var unblendedFraction = 0.8
  /// Whether a random constant is added to the phase.
  public var offsetsPhase = true
  /// Whether the sign of the phase is reversed in half of the copies.
  public var reversesSign = true
  /// Standard deviation of the added turbulent delay, radians, drawn anew for each copy; 0…0 adds none.
  public var atmosphereRadians = 0.0...0.8
  /// Fraction of copies, 0…1, without added delay.
  public var calmFraction = 0.5
  /// Fraction of copies, 0…1, whose area beyond the patch's edges is filled with its mirror image; in the
  /// others it has no data.
  public var mirrorFraction = 0.7
  /// Pixel spacing of the turbulent delay, metres.
  public var pixelMetres = 100.0

  public init() {}

  /// Leaves patches unchanged.
  public static var none: Augmentation {
    var none = Augmentation()
    (none.farthestShift, none.flips, none.angles, none.scales) = (0, false, [0], 1...1)
    (none.offsetsPhase, none.reversesSign, none.atmosphereRadians) = (false, false, 0...0)
    return none
  }

  /// The kinds of changes, each of which ``without(_:)`` can switch off.
  public enum Family: String, CaseIterable, Sendable {
    case shifts, flips, turns, scales, offset, sign, air
  }

  /// The same augmentation without one kind of changes.
  public func without(_ family: Family) -> Augmentation {
    var less = self
    switch family {
    case .shifts: less.farthestShift = 0
    case .flips: less.flips = false
    case .turns: less.angles = [0]
    case .scales: less.scales = 1...1
    case .offset: less.offsetsPhase = false
    case .sign: less.reversesSign = false
    case .air: less.atmosphereRadians = 0...0
    }
    return less
  }

  /// Smallest fraction of a box's area that must stay inside after a shift.
  static let leastBoxFraction: Float = 0.5
  private static let attempts = 8

  /// Draws a map that only flips and rotates by 90°, and only as far as flips and rotations are switched on.
  func exactMap(side: Int, from stream: inout RandomStream) -> PlanarMap {
    let flip = flips ? (stream.uniform() < 0.5, stream.uniform() < 0.5) : (false, false)
    let turns = angles.contains { $0 != 0 } && stream.uniform() < 0.5
    return PlanarMap(
      flipsHorizontally: flip.0, flipsVertically: flip.1, scaleX: 1, scaleY: 1, degrees: turns ? 90 : 0,
      centre: Double(side - 1) / 2, shiftX: 0, shiftY: 0)
  }

  /// Draws a map for a patch. A map that leaves too little of the box inside is drawn again; the last attempt
  /// has no shift.
  func map(side: Int, box: PatchBox?, deforms: Bool = false, from stream: inout RandomStream) -> PlanarMap {
    let farthest = deforms && box == nil ? min(farthestShift, farthestBlindShift) : farthestShift
    let steps = farthest / max(1, shiftStep)
    for attempt in 0...Self.attempts {
      let isLast = attempt == Self.attempts
      func shift(_ stream: inout RandomStream) -> Double {
        let steps = Int.random(in: -steps...steps, using: &stream)
        return isLast ? 0 : Double(steps * shiftStep)
      }
      let flip = flips ? (stream.uniform() < 0.5, stream.uniform() < 0.5) : (false, false)
      let angle = angles.isEmpty ? 0 : angles[Int.random(in: 0..<angles.count, using: &stream)]
      let map = PlanarMap(
        flipsHorizontally: flip.0, flipsVertically: flip.1, scaleX: stream.uniform(scales),
        scaleY: stream.uniform(scales), degrees: angle, centre: Double(side - 1) / 2, shiftX: shift(&stream),
        shiftY: shift(&stream))
      guard let box, !isLast else { return map }
      if let inside = box.mapped(by: map).clipped(toSide: side), inside.fraction >= Self.leastBoxFraction {
        return map
      }
    }
    return .identity
  }
}
