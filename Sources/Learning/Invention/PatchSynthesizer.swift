import Foundation
import Synthesis

/// Makes synthetic training patches from quiet patches and from nothing. Deterministic for equal sets,
/// settings and seeds.
///
/// A patch made from another one keeps its place, so that a network that must not see a place does not see it
/// in modified form either.
public struct PatchSynthesizer: Sendable {
  /// Number of quiet patches with synthetic deformation added: both classes then have the same atmosphere.
  public var overlaidCount = 0
  /// Number of quiet patches with more data removed.
  public var blankedCount = 0
  /// Number of patches that show nothing: one value, noise, ramps, and those with parts without data.
  public var plainCount = 0
  /// Seed of all random numbers.
  public var seed: UInt64 = 1

  /// Place of patches that are made from nothing.
  public static let plainPlace = "invented"
  /// Smallest readable fraction of a patch to which deformation is added.
  private static let leastSeenFraction = 0.15
  /// Largest phase gradient of the ground, cycles per pixel; on steeper ground no deformation stands out.
  private static let steepestGround: Float = 0.035
  /// Fraction of the patches that lose data before deformation is added.
  private static let blankedFraction = 0.5
  /// Largest number of draws per requested patch.
  private static let attempts = 40

  public init() {}

  /// Total number of patches to make.
  public var count: Int { overlaidCount + blankedCount + plainCount }

  /// - Parameters:
  ///   - patches: The set whose quiet patches are used.
  ///   - progress: Called after each patch with the number made so far.
  /// - Returns: deforming patches, blanked patches, plain patches, in this order.
  /// - Throws: ``DataSetError`` if there are no quiet patches, or none on which deformation would be visible.
  public func patches(
    from patches: LabelledPatches, progress: (Int) -> Void = { _ in }
  ) throws(DataSetError) -> LabelledPatches {
    var builder = PatchSetBuilder(side: patches.side)
    var stream = RandomStream(seed: seed, path: 0x1A7E)
    let blanking = Blanking(side: patches.side, from: &stream)
    try overlay(on: patches, blanking, &builder, progress)
    try blank(patches, blanking, &builder, progress)
    let plain = PlainPatch(side: patches.side, blanking: blanking)
    for number in 0..<plainCount {
      var stream = RandomStream(seed: seed, path: 3, UInt64(number))
      let (gray, kind) = plain.draw(from: &stream)
      builder.add(gray, deforms: false, place: Self.plainPlace, origin: "\(kind) \(number)")
      progress(builder.count)
    }
    guard let set = try? builder.patches() else { preconditionFailure("what is made has labels that go together") }
    return set
  }

  private func overlay(
    on patches: LabelledPatches, _ blanking: Blanking, _ builder: inout PatchSetBuilder,
    _ progress: (Int) -> Void
  ) throws(DataSetError) {
    guard overlaidCount > 0 else { return }
    let side = patches.side
    let hasData = (0..<patches.count).map { patches.deforms[$0] ? [] : patches.hasData(of: $0) }
    let grounds = (0..<patches.count).compactMap { patch -> (patch: Int, ground: CoherentGround)? in
      guard !patches.deforms[patch] else { return nil }
      let ground = CoherentGround(gray: patches.gray(of: patch), hasData: hasData[patch], side: side)
      return ground.seenFraction > Self.leastSeenFraction && ground.steepness < Self.steepestGround
        ? (patch, ground) : nil
    }
    var made = 0
    for number in 0..<(overlaidCount * Self.attempts) where made < overlaidCount && !grounds.isEmpty {
      var stream = RandomStream(seed: seed, path: 1, UInt64(number))
      var (patch, ground) = grounds[Int.random(in: 0..<grounds.count, using: &stream)]
      var gray = Array(patches.gray(of: patch))
      var isData = hasData[patch]
      if stream.uniform() < Self.blankedFraction {
        blanking.mask(from: &stream).apply(to: &gray, &isData, from: &stream)
        ground = CoherentGround(gray: gray[...], hasData: isData, side: side)
      }
      guard let deformation = DrawnDeformation(on: ground, side: side, from: &stream) else { continue }
      for pixel in gray.indices where isData[pixel] {
        let turn = deformation.cycles(row: pixel / side, column: pixel % side) * 2 * .pi
        gray[pixel] = PhaseWarp.gray(ofAngle: PhaseWarp.angle(ofGray: gray[pixel]) + turn)
      }
      builder.add(
        gray, deforms: true, place: patches.places[patch], box: deformation.box(hasData: isData, side: side),
        source: deformation.kind, origin: "\(patches.origins[patch]) + \(deformation.kind)")
      made += 1
      progress(builder.count)
    }
    guard made == overlaidCount else {
      throw DataSetError(
        file: "the ground's patches",
        problem:
          "gave only \(made) of \(overlaidCount) deforming patches; pass more quiet patches with usable phase")
    }
  }

  private func blank(
    _ patches: LabelledPatches, _ blanking: Blanking, _ builder: inout PatchSetBuilder, _ progress: (Int) -> Void
  ) throws(DataSetError) {
    guard blankedCount > 0 else { return }
    let quiet = (0..<patches.count).filter { !patches.deforms[$0] }
    guard !quiet.isEmpty else {
      throw DataSetError(file: "the ground's patches", problem: "are all deforming; --blanked needs quiet ones")
    }
    for number in 0..<blankedCount {
      var stream = RandomStream(seed: seed, path: 2, UInt64(number))
      let patch = quiet[Int.random(in: 0..<quiet.count, using: &stream)]
      var gray = Array(patches.gray(of: patch))
      var isData = patches.hasData(of: patch)
      blanking.mask(from: &stream).apply(to: &gray, &isData, from: &stream)
      builder.add(
        gray, deforms: false, isHardNegative: patches.isHardNegative[patch], place: patches.places[patch],
        origin: "\(patches.origins[patch]), blanked")
      progress(builder.count)
    }
  }
}

extension Blanking.Mask {
  /// Removes the data that the mask does not keep, and replaces by noise what it marks as noise.
  func apply(to gray: inout [UInt8], _ hasData: inout [Bool], from stream: inout RandomStream) {
    for pixel in gray.indices where hasData[pixel] {
      if !keeps[pixel] {
        gray[pixel] = LabelledPatches.noData
        hasData[pixel] = false
      } else if isNoise[pixel] {
        gray[pixel] = UInt8(truncatingIfNeeded: stream.next())
      }
    }
  }
}
