import Interferometry
import Synthesis

/// Varies the patches of a set. The result depends only on the patches, the settings, the seed and the
/// arguments.
public struct PatchAugmenter: Sendable {
  /// The patches to vary.
  public let patches: LabelledPatches
  /// The kinds and amounts of changes.
  public let augmentation: Augmentation
  /// Seed of all random numbers.
  public let seed: UInt64
  /// Turbulent delay fields of unit variance, each side × side, row-major.
  private let delayFields: [[Float]]
  /// Data mask of each patch, found once; `nil` where all pixels have data.
  private let hasData: [[Bool]?]

  /// Fraction of each patch's copies that are moved, 0…1.
  private let movedFractions: [Double]

  private static let delayFieldCount = 32

  /// - Parameters:
  ///   - patches: The patches to vary.
  ///   - augmentation: The kinds and amounts of changes.
  ///   - movedFractions: Fraction of moved copies for each patch, replacing ``Augmentation/movedFraction``;
  ///     synthetic patches need no moving.
  ///   - seed: Seed of all random numbers.
  public init(
    _ patches: LabelledPatches, augmentation: Augmentation = Augmentation(), movedFractions: [Double]? = nil,
    seed: UInt64
  ) {
    precondition(movedFractions.map { $0.count == patches.count } ?? true, "each patch has its fraction")
    self.patches = patches
    self.augmentation = augmentation
    self.movedFractions = movedFractions ?? Array(repeating: augmentation.movedFraction, count: patches.count)
    self.seed = seed
    var delayFields: [[Float]] = []
    if augmentation.atmosphereRadians.upperBound > 0, augmentation.calmFraction < 1 {
      let field = RandomField(
        grid: Grid(height: patches.side, width: patches.side),
        spectrum: .turbulence(pixelMetres: augmentation.pixelMetres))
      var stream = RandomStream(seed: seed, path: 1)
      while delayFields.count < Self.delayFieldCount {
        let (first, second) = field.pair(from: &stream)
        delayFields += [first, second]
      }
    }
    self.delayFields = delayFields
    hasData = (0..<patches.count).map { patch in
      patches.gray(of: patch).contains(LabelledPatches.noData) ? patches.hasData(of: patch) : nil
    }
  }

  /// A varied copy of one patch.
  ///
  /// - Parameters:
  ///   - patch: Index of the patch.
  ///   - copy: Number of the copy; copies of one patch with different numbers differ.
  /// - Returns: the grays (side × side), for each pixel whether it has data, and the moved box; the box is
  ///   `nil` if the patch had none or none of it stayed inside.
  public func changed(_ patch: Int, copy: Int) -> (gray: [UInt8], hasData: [Bool], box: PatchBox?) {
    var stream = RandomStream(seed: seed, path: 2, UInt64(patch), UInt64(bitPattern: Int64(copy)))
    let side = patches.side
    let isMoved = stream.uniform() < movedFractions[patch]
    let map =
      isMoved
      ? augmentation.map(side: side, box: patches.boxes[patch], deforms: patches.deforms[patch], from: &stream)
      : augmentation.exactMap(side: side, from: &stream)
    let mirrors = stream.uniform() < augmentation.mirrorFraction
    let blends = isMoved && stream.uniform() >= augmentation.unblendedFraction
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

  /// Adds a constant and a delay to the phase of pixels with data, and may reverse its sign.
  private func change(_ gray: inout [UInt8], _ isData: [Bool], from stream: inout RandomStream) {
    let offset = augmentation.offsetsPhase ? Float(stream.uniform(-0.5...0.5)) : 0
    let sign: Float = augmentation.reversesSign && stream.uniform() < 0.5 ? -1 : 1
    var amplitude: Float = 0
    var field = 0
    if !delayFields.isEmpty, stream.uniform() >= augmentation.calmFraction {
      amplitude = Float(stream.uniform(augmentation.atmosphereRadians)) / (2 * .pi)
      field = Int.random(in: 0..<delayFields.count, using: &stream)
    }
    guard offset != 0 || sign != 1 || amplitude != 0 else { return }
    // Phase in cycles for each gray.
    let turned = (0..<256).map { sign * PhaseWarp.angle(ofGray: UInt8($0)) / (2 * .pi) + offset }
    guard amplitude != 0 else {
      let grays = turned.map(PhaseWarp.gray(ofTurns:))
      for pixel in gray.indices where isData[pixel] { gray[pixel] = grays[Int(gray[pixel])] }
      return
    }
    let delays = delayFields[field]
    for pixel in gray.indices where isData[pixel] {
      gray[pixel] = PhaseWarp.gray(ofTurns: turned[Int(gray[pixel])] + amplitude * delays[pixel])
    }
  }

  /// A balanced set: as many deforming as quiet patches, each a varied copy. Every patch of a class is used
  /// once before any is used again.
  ///
  /// - Parameters:
  ///   - perClass: Number of patches of each class.
  ///   - hardFraction: Fraction of hard negatives among the quiet patches, 0…1, if there are any; `nil` treats
  ///     all quiet patches alike.
  ///   - epoch: Number of the epoch; different epochs give different sets.
  /// - Returns: the varied patches, classes shuffled.
  public func balanced(perClass: Int, hardFraction: Double? = nil, epoch: Int) -> LabelledPatches {
    let order = balancedOrder(perClass: perClass, hardFraction: hardFraction, epoch: epoch)
    var builder = PatchSetBuilder(side: patches.side)
    for (index, patch) in order.enumerated() {
      let (gray, _, box) = changed(patch, copy: epoch &* 1_000_003 &+ index)
      builder.add(
        gray, deforms: patches.deforms[patch], isHardNegative: patches.isHardNegative[patch],
        place: patches.places[patch], box: box, source: patches.sources[patch], origin: patches.origins[patch])
    }
    guard let set = try? builder.patches() else { preconditionFailure("labels of a set stay labels of a set") }
    return set
  }

  /// The indices of the patches that ``balanced(perClass:hardFraction:epoch:)`` varies, shuffled.
  public func balancedOrder(perClass: Int, hardFraction: Double? = nil, epoch: Int) -> [Int] {
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
    if let hardFraction, !hard.isEmpty, !other.isEmpty {
      let count = Int((Double(perClass) * hardFraction).rounded())
      chosen += draw(hard, count) + draw(other, perClass - count)
    } else {
      chosen += draw((hard + other).sorted(), perClass)
    }
    return chosen.shuffled(using: &stream)
  }
}
