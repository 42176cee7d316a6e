import Foundation
import Synthesis

/// Makes patches to learn from out of quiet ones and out of nothing; equal sets, settings and seeds make equal patches.
///
/// What is made of a patch keeps its place, so that a network that must not have seen the place does not see it in
/// disguise either.
public struct PatchInventor: Sendable {
  /// How many quiet patches with invented deformation laid over their phase: the air of both classes looks alike then.
  public var overlaidCount = 0
  /// How many quiet patches of which more has no data.
  public var blankedCount = 0
  /// How many that show nothing: one value, noise, ramps, and those with parts that have no data.
  public var plainCount = 0
  public var seed: UInt64 = 1

  /// The place of patches that are made out of nothing.
  public static let plainPlace = "invented"
  /// Of the patches that deformation is laid over, at least this share can be read.
  private static let leastSeenShare = 0.15
  /// Cycles a pixel; on steeper ground no deformation stands out.
  private static let steepestGround: Float = 0.035
  /// The share of grounds that lose data before something is laid over the rest.
  private static let blankedShare = 0.5
  /// Draws of ground and deformation for each patch that is asked for.
  private static let attempts = 40

  public init() {}

  /// How many patches it makes in all.
  public var count: Int { overlaidCount + blankedCount + plainCount }

  /// - Parameters:
  ///   - patches: The set whose quiet patches are the ground.
  ///   - progress: Told after each patch how many are made.
  /// - Returns: what is made: deforming patches, blanked ones, plain ones.
  /// - Throws: ``DataSetError`` where they have no quiet patches, or none on which deformation would be seen.
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
      return ground.seenShare > Self.leastSeenShare && ground.steepness < Self.steepestGround
        ? (patch, ground) : nil
    }
    var made = 0
    for number in 0..<(overlaidCount * Self.attempts) where made < overlaidCount && !grounds.isEmpty {
      var stream = RandomStream(seed: seed, path: 1, UInt64(number))
      var (patch, ground) = grounds[Int.random(in: 0..<grounds.count, using: &stream)]
      var gray = Array(patches.gray(of: patch))
      var isData = hasData[patch]
      if stream.uniform() < Self.blankedShare {
        blanking.mask(from: &stream).apply(to: &gray, &isData, from: &stream)
        ground = CoherentGround(gray: gray[...], hasData: isData, side: side)
      }
      guard let deformation = InventedDeformation(on: ground, side: side, from: &stream) else { continue }
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
  /// Takes away what the mask does not keep, and makes noise of what is noise in it.
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
