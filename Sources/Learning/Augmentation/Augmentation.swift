import Interferometry
import Synthesis

/// What patches are changed by so that few teach as much as many: what the paper does (Anantrasirichai et al. 2018,
/// section 3: shifts, flips, turns, stretching) and what wrapped phase allows beyond it.
public struct Augmentation: Hashable, Sendable {
  /// Shifts are multiples of this many pixels.
  public var shiftStep = 10
  /// The farthest shift along each side, pixels; where a patch has a box, at least half of that stays inside.
  public var farthestShift = 40
  /// The same where a patch deforms and has no box: nobody knows how near to an edge.
  public var farthestBlindShift = 20
  public var flips = true
  /// The angles that patches are turned by, degrees.
  public var angles = [0, 22.5, 45, 67.5, 90]
  /// The stretching along each side, drawn for each by itself.
  public var scales = 0.8...1.25
  /// The share of patches that are shifted, stretched and turned to any of the angles; in the others every pixel stays
  /// one, as they are only flipped and turned by quarters: a network has to know patches as they are.
  public var movedShare = 0.8
  /// The share of moved patches whose pixels each are one of the patch before, the nearest; in the others phase is blended
  /// between pixels, which smooths noise, and a network that saw nothing else would not know that of patches as they are.
  public var unblendedShare = 0.8
  /// Whether a random constant is added to the phase.
  public var offsetsPhase = true
  /// Whether the phase changes its sign half the time.
  public var reversesSign = true
  /// The standard deviation of turbulent air that is added, radians, drawn anew each time; 0…0 adds none.
  public var atmosphereRadians = 0.0...0.8
  /// The share of patches whose air is left alone.
  public var calmShare = 0.5
  /// What comes in from beyond a patch's edges is its mirror image in this share, and has no data otherwise.
  public var mirrorShare = 0.7
  /// Metres from a pixel to the next, for the air.
  public var pixelMetres = 100.0

  public init() {}

  /// Changes nothing.
  public static var none: Augmentation {
    var none = Augmentation()
    (none.farthestShift, none.flips, none.angles, none.scales) = (0, false, [0], 1...1)
    (none.offsetsPhase, none.reversesSign, none.atmosphereRadians) = (false, false, 0...0)
    return none
  }

  /// The kinds of changes, to do without one of them.
  public enum Family: String, CaseIterable, Sendable {
    case shifts, flips, turns, scales, offset, sign, air
  }

  /// The same without one kind of changes.
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

  /// The least share of a box that a shift leaves inside.
  static let leastBoxShare: Float = 0.5
  private static let attempts = 8

  /// Draws a map that flips and turns by quarters alone, as far as flips and turns are wanted.
  func exactMap(side: Int, from stream: inout RandomStream) -> PlanarMap {
    let flip = flips ? (stream.uniform() < 0.5, stream.uniform() < 0.5) : (false, false)
    let turns = angles.contains { $0 != 0 } && stream.uniform() < 0.5
    return PlanarMap(
      flipsHorizontally: flip.0, flipsVertically: flip.1, scaleX: 1, scaleY: 1, degrees: turns ? 90 : 0,
      centre: Double(side - 1) / 2, shiftX: 0, shiftY: 0)
  }

  /// Draws a map for a patch; one that would take too much of its box away is drawn anew, and after some draws not
  /// shifted at all.
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
      if let inside = box.mapped(by: map).clipped(toSide: side), inside.share >= Self.leastBoxShare { return map }
    }
    return .identity
  }
}
