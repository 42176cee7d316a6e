import Imaging
import Synthesis
import Testing

@testable import Learning

/// Training shows a network what a sweep shows it.
@Suite struct ShownPatchTests {
  private let side = 40

  /// Waves of all grays, the first rows without data, and single pixels whose phase has the gray of no data.
  private func set() throws -> LabelledPatches {
    let gray = (0..<(side * side)).map { pixel -> UInt8 in
      pixel < 7 * side ? LabelledPatches.noData : UInt8((pixel * 7 + pixel / side * 3) % 256)
    }
    let box = PatchBox(centreRow: 20, centreColumn: 18, halfHeight: 4, halfWidth: 4)
    return try LabelledPatches(side: side, gray: gray, deforms: [true], places: ["a"], boxes: [box])
  }

  /// What a sweep makes of the same phase.
  private func swept(_ patches: LabelledPatches) -> [Float] {
    let phase = zip(patches.gray(of: 0), patches.hasData(of: 0)).map { gray, hasData in
      hasData ? (Float(gray) - 127.5) / 255 * 2 * Float.pi : Float.nan
    }
    var gray = [Float](repeating: 0, count: phase.count)
    phase.withUnsafeBufferPointer { phase in
      gray.withUnsafeMutableBufferPointer { GrayScale.scale(phase, into: $0) }
    }
    return gray
  }

  private func shown(_ patches: LabelledPatches, size: Int, by variation: any PatchVariation) -> (
    gray: [Float], box: PatchBox?
  ) {
    var gray = [Float](repeating: -1, count: size * size)
    var random = RandomStream(seed: 4, path: 1)
    let box = gray.withUnsafeMutableBufferPointer {
      variation.write(0, of: patches, size: size, random: &random, into: $0)
    }
    return (gray, box)
  }

  @Test func networkLearnsFromTheGraysThatASweepShowsIt() throws {
    let patches = try set()
    let wanted = swept(patches)
    #expect(wanted.count { $0 == GrayScale.noData } == 7 * side)
    #expect(patches.gray(of: 0).dropFirst(7 * side).contains(LabelledPatches.noData))
    let unchanged = AugmentedPatch(PatchAugmenter(patches, augmentation: .none, seed: 1))
    for variation in [CentredPatch(), unchanged] as [any PatchVariation] {
      let whole = shown(patches, size: side, by: variation)
      #expect(zip(whole.gray, wanted).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(zip(whole.gray, wanted).allSatisfy { ($0 == GrayScale.noData) == ($1 == GrayScale.noData) })
      // The central window of a smaller network, as a sweep cuts it.
      let middle = shown(patches, size: 31, by: variation)
      for row in 0..<31 {
        let line = wanted[((row + 4) * side + 4)..<((row + 4) * side + 35)]
        #expect(zip(middle.gray[(row * 31)..<((row + 1) * 31)], line).allSatisfy { abs($0 - $1) < 1e-4 })
      }
      #expect(middle.box == PatchBox(centreRow: 16, centreColumn: 14, halfHeight: 4, halfWidth: 4))
    }
  }

  @Test func whatAShiftLeavesEmptyAndWhatLiesBeyondASmallPatchIsNoData() throws {
    let patches = try set()
    var augmentation = Augmentation.none
    (augmentation.farthestShift, augmentation.mirrorFraction, augmentation.offsetsPhase) = (10, 0, true)
    let augmenter = PatchAugmenter(patches, augmentation: augmentation, seed: 3)
    var random = RandomStream(seed: 4, path: 1)
    let changed = augmenter.changed(0, copy: Int(truncatingIfNeeded: random.next()))
    let moved = shown(patches, size: side, by: AugmentedPatch(augmenter))
    #expect(moved.box == changed.box)
    #expect(changed.hasData.contains(false))
    for pixel in 0..<(side * side) {
      #expect(moved.gray[pixel] == (changed.hasData[pixel] ? Float(changed.gray[pixel]) : GrayScale.noData))
    }
    let wide = shown(patches, size: side + 3, by: CentredPatch())
    let width = side + 3
    #expect(
      (0..<width).allSatisfy { wide.gray[$0] == GrayScale.noData && wide.gray[$0 * width] == GrayScale.noData })
    #expect(wide.gray[20 * width + 20] == Float(patches.gray(of: 0)[18 * side + 18]))
    #expect(wide.box?.centreRow == 22)
  }
}
