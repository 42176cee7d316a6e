import Learning
import Testing

@Suite struct LabelledPatchesTests {
  private func set(_ grays: [UInt8], deforms: [Bool], box: PatchBox? = nil) throws -> LabelledPatches {
    try LabelledPatches(
      side: 2, gray: grays.flatMap { [$0, $0, $0, $0] }, deforms: deforms, places: grays.map { "place \($0)" },
      boxes: deforms.map { $0 ? box : nil })
  }

  @Test func subsetTakesPatchesInTheOrderAskedFor() throws {
    let box = PatchBox(centreRow: 1, centreColumn: 0, halfHeight: 0.5, halfWidth: 1)
    let patches = try set([1, 2, 3], deforms: [true, false, true], box: box)
    let subset = patches.subset([2, 0, 2])
    #expect(Array(subset.gray(of: 1)) == [1, 1, 1, 1])
    #expect(subset.places == ["place 3", "place 1", "place 3"])
    #expect(subset.boxes == [box, box, box])
    #expect(patches.subset { !patches.deforms[$0] }.places == ["place 2"])
  }

  @Test func concatenationKeepsEverySetWhole() throws {
    let first = try set([1, 2], deforms: [true, false])
    let second = try set([9], deforms: [true])
    let all = try LabelledPatches.concatenation([first, second])
    #expect(all.count == 3 && all.deformingCount == 2)
    #expect(all.subset([0, 1]) == first)
    #expect(all.subset([2]) == second)
  }

  @Test func listsThatDoNotGoTogetherAreRefused() throws {
    #expect(throws: LabelledPatchesError.wrongCount(list: "gray", count: 3, expected: 4)) {
      try LabelledPatches(side: 2, gray: [1, 2, 3], deforms: [true], places: ["a"])
    }
    #expect(throws: LabelledPatchesError.wrongCount(list: "places", count: 0, expected: 1)) {
      try LabelledPatches(side: 1, gray: [1], deforms: [true], places: [])
    }
    #expect(throws: LabelledPatchesError.hardNegativeDeforms(patch: 0)) {
      try LabelledPatches(side: 1, gray: [1], deforms: [true], isHardNegative: [true], places: ["a"])
    }
    let box = PatchBox(centreRow: 0, centreColumn: 0, halfHeight: 0.5, halfWidth: 0.5)
    #expect(throws: LabelledPatchesError.quietHasBox(patch: 0)) {
      try LabelledPatches(side: 1, gray: [1], deforms: [false], places: ["a"], boxes: [box])
    }
    let small = try LabelledPatches(side: 1, gray: [1], deforms: [true], places: ["a"])
    #expect(throws: LabelledPatchesError.differentSides(1, 2)) {
      try LabelledPatches.concatenation([small, set([1], deforms: [true])])
    }
    #expect(throws: LabelledPatchesError.noSets) { try LabelledPatches.concatenation([]) }
  }
}
