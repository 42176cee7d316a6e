import Interferometry
import Synthesis

/// Changes patches of a set; what comes out depends on the settings, the seed and the numbers asked for alone.
public struct PatchAugmenter: Sendable {
  public let patches: LabelledPatches
  public let augmentation: Augmentation
  public let seed: UInt64
  /// Fields of air of variance 1, side × side.
  private let air: [[Float]]
  /// For each patch, which of its pixels have data; without it gray alone would have to tell every time.
  private let hasData: [[Bool]?]

  /// For each patch the share of its copies that are moved.
  private let movedShares: [Double]

  private static let airFields = 32

  /// - Parameters:
  ///   - patches: What is changed.
  ///   - augmentation: How.
  ///   - movedShares: For each patch, in place of ``Augmentation/movedShare``: those that somebody invented need no moving.
  ///   - seed: Of all that is drawn.
  public init(
    _ patches: LabelledPatches, augmentation: Augmentation = Augmentation(), movedShares: [Double]? = nil,
    seed: UInt64
  ) {
    precondition(movedShares.map { $0.count == patches.count } ?? true, "each patch has its share")
    self.patches = patches
    self.augmentation = augmentation
    self.movedShares = movedShares ?? Array(repeating: augmentation.movedShare, count: patches.count)
    self.seed = seed
    var air: [[Float]] = []
    if augmentation.atmosphereRadians.upperBound > 0, augmentation.calmShare < 1 {
      let field = RandomField(
        grid: Grid(height: patches.side, width: patches.side),
        spectrum: .turbulence(pixelMetres: augmentation.pixelMetres))
      var stream = RandomStream(seed: seed, path: 1)
      while air.count < Self.airFields {
        let (first, second) = field.pair(from: &stream)
        air += [first, second]
      }
    }
    self.air = air
    hasData = (0..<patches.count).map { patch in
      patches.gray(of: patch).contains(LabelledPatches.noData) ? patches.hasData(of: patch) : nil
    }
  }

  /// One patch, changed.
  ///
  /// - Parameters:
  ///   - patch: Its number.
  ///   - copy: Copies of one patch with other numbers differ.
  /// - Returns: the changed grays, which of them have data, and the box in its new place; `nil` where it had none.
  public func changed(_ patch: Int, copy: Int) -> (gray: [UInt8], hasData: [Bool], box: PatchBox?) {
    var stream = RandomStream(seed: seed, path: 2, UInt64(patch), UInt64(bitPattern: Int64(copy)))
    let side = patches.side
    let isMoved = stream.uniform() < movedShares[patch]
    let map =
      isMoved
      ? augmentation.map(side: side, box: patches.boxes[patch], deforms: patches.deforms[patch], from: &stream)
      : augmentation.exactMap(side: side, from: &stream)
    let mirrors = stream.uniform() < augmentation.mirrorShare
    let blends = isMoved && stream.uniform() >= augmentation.unblendedShare
    var gray: [UInt8]
    var isData = hasData[patch] ?? Array(repeating: true, count: side * side)
    if map == .identity {
      gray = Array(patches.gray(of: patch))
    } else {
      gray = PhaseWarp.warp(
        patches.gray(of: patch), hasData: isData, side: side, by: map, mirrors: mirrors, blends: blends)
      isData = NoDataRegions.mask(of: gray[...], side: side).map { !$0 }
    }
    change(&gray, isData, from: &stream)
    let box = patches.boxes[patch].flatMap { $0.mapped(by: map).clipped(toSide: side)?.box }
    return (gray, isData, box)
  }

  /// Adds a constant and air to the phase of pixels with data, and turns its sign.
  private func change(_ gray: inout [UInt8], _ isData: [Bool], from stream: inout RandomStream) {
    let offset = augmentation.offsetsPhase ? Float(stream.uniform(-0.5...0.5)) : 0
    let sign: Float = augmentation.reversesSign && stream.uniform() < 0.5 ? -1 : 1
    var amplitude: Float = 0
    var field = 0
    if !air.isEmpty, stream.uniform() >= augmentation.calmShare {
      amplitude = Float(stream.uniform(augmentation.atmosphereRadians)) / (2 * .pi)
      field = Int.random(in: 0..<air.count, using: &stream)
    }
    guard offset != 0 || sign != 1 || amplitude != 0 else { return }
    // Turns, by gray.
    let turned = (0..<256).map { sign * PhaseWarp.angle(ofGray: UInt8($0)) / (2 * .pi) + offset }
    guard amplitude != 0 else {
      let grays = turned.map(PhaseWarp.gray(ofTurns:))
      for pixel in gray.indices where isData[pixel] { gray[pixel] = grays[Int(gray[pixel])] }
      return
    }
    let delays = air[field]
    for pixel in gray.indices where isData[pixel] {
      gray[pixel] = PhaseWarp.gray(ofTurns: turned[Int(gray[pixel])] + amplitude * delays[pixel])
    }
  }

  /// A set with as many deforming as quiet patches, each drawn from those of its class in turn and changed; every patch of
  /// a class comes up before any comes up again.
  ///
  /// - Parameters:
  ///   - perClass: How many of each.
  ///   - hardShare: The share of hard negatives among the quiet ones, where there are any; `nil` draws quiet ones alike.
  ///   - epoch: Sets of other epochs differ.
  /// - Returns: the changed patches, the classes mixed.
  public func balanced(perClass: Int, hardShare: Double? = nil, epoch: Int) -> LabelledPatches {
    let order = balancedOrder(perClass: perClass, hardShare: hardShare, epoch: epoch)
    var builder = PatchSetBuilder(side: patches.side)
    for (place, patch) in order.enumerated() {
      let (gray, _, box) = changed(patch, copy: epoch &* 1_000_003 &+ place)
      builder.add(
        gray, deforms: patches.deforms[patch], isHardNegative: patches.isHardNegative[patch],
        place: patches.places[patch], box: box, source: patches.sources[patch], origin: patches.origins[patch])
    }
    guard let set = try? builder.patches() else { preconditionFailure("labels of a set stay labels of a set") }
    return set
  }

  /// The numbers of the patches that ``balanced(perClass:hardShare:epoch:)`` changes, shuffled.
  public func balancedOrder(perClass: Int, hardShare: Double? = nil, epoch: Int) -> [Int] {
    var stream = RandomStream(seed: seed, path: 3, UInt64(bitPattern: Int64(epoch)))
    let deforming = (0..<patches.count).filter { patches.deforms[$0] }
    let hard = (0..<patches.count).filter { patches.isHardNegative[$0] }
    let other = (0..<patches.count).filter { !patches.deforms[$0] && !patches.isHardNegative[$0] }
    func draw(_ numbers: [Int], _ count: Int) -> [Int] {
      guard !numbers.isEmpty else { return [] }
      var drawn: [Int] = []
      while drawn.count < count { drawn += numbers.shuffled(using: &stream) }
      return Array(drawn.prefix(count))
    }
    var chosen = draw(deforming, perClass)
    if let hardShare, !hard.isEmpty, !other.isEmpty {
      let count = Int((Double(perClass) * hardShare).rounded())
      chosen += draw(hard, count) + draw(other, perClass - count)
    } else {
      chosen += draw((hard + other).sorted(), perClass)
    }
    return chosen.shuffled(using: &stream)
  }
}
