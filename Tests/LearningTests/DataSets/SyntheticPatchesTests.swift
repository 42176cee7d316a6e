import Foundation
import Imaging
import Synthesis
import Testing

@testable import Learning

@Suite struct SyntheticPatchesTests {
  private func withArchive<Result>(
    _ form: SyntheticArchive.Form, _ body: (String) throws -> Result
  ) throws -> Result {
    try withFolder { folder in
      let recipe = try ArchiveRecipe(volcanoes: 2, acquisitions: 3, deforming: 1, seed: 5, size: 300)
      let archive = SyntheticArchive(recipe: recipe, folder: folder.appending(path: "made"), form: form)
      try archive.prepare(replacing: true)
      try archive.write(threads: 2)
      return try body(archive.folder.path)
    }
  }

  @Test func patchesAreLabelledByTheTruthBesideThem() throws {
    try withArchive(.licsar) { folder in
      #expect(SyntheticPatches.isArchive(folder))
      var cut = SyntheticPatches(side: 128, stride: 86, gate: nil)
      let (all, unclear) = try cut.read(folder)
      // 3 × 3 patches of each of 2 × 3 interferograms.
      #expect(all.count + unclear.unclear == 54 && unclear.gated == 0)
      #expect(all.deformingCount > 2 && all.deformingCount < 27)
      #expect(Set((0..<all.count).filter { all.deforms[$0] }.map { all.places[$0] }).count == 1)
      #expect(Set(all.places).count == 2)
      for patch in 0..<all.count {
        #expect((all.boxes[patch] != nil) == all.deforms[patch])
        #expect((all.sources[patch] == "mogi") == all.deforms[patch])
        guard let box = all.boxes[patch] else { continue }
        #expect(box.halfHeight > 0 && box.centreRow - box.halfHeight >= -0.5)
        #expect(box.halfWidth > 0 && box.centreColumn + box.halfWidth <= 127.5)
      }
      cut.leastFringes = 100
      #expect(try cut.read(folder).patches.deformingCount == 0)
    }
  }

  @Test func bothFormsOfAnArchiveGiveTheSamePatches() throws {
    let cut = SyntheticPatches(side: 128, stride: 86)
    let fromRasters = try withArchive(.licsar) { try cut.read($0) }
    let fromStacks = try withArchive(.archive) { try cut.read($0) }
    #expect(fromRasters.patches == fromStacks.patches)
    #expect(fromRasters.count == fromStacks.count)
  }

  @Test func aSweepsGateHoldsBackWhatHasNoEdges() throws {
    try withArchive(.archive) { folder in
      var cut = SyntheticPatches(side: 128, stride: 86, gate: nil)
      let all = try cut.read(folder)
      // What a sweep lets pass holds nothing back here, where all air has some slope.
      cut.gate = SyntheticPatches().gate
      #expect(try cut.read(folder).count.gated == 0)
      var strict = FringeGateParameters()
      strict.minimumEdgeShare = 0.01
      cut.gate = .fringes(strict)
      let behindTheGate = try cut.read(folder)
      #expect(behindTheGate.count.gated > 0)
      #expect(behindTheGate.patches.count < all.patches.count)
      #expect(behindTheGate.patches.deformingCount > 0)
    }
  }
}
