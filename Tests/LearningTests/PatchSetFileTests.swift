import Foundation
import RasterIO
import Testing

@testable import Learning

@Suite struct PatchSetFileTests {
  private func patches() throws -> LabelledPatches {
    try LabelledPatches(
      side: 3, gray: (0..<27).map { UInt8($0 * 9) }, deforms: [true, false, true],
      isHardNegative: [false, true, false], places: ["Ätna", "b", ""],
      boxes: [PatchBox(centreRow: 1, centreColumn: 0.5, halfHeight: 1.5, halfWidth: 1), nil, nil],
      sources: ["dyke", "", ""], origins: ["x_20200101_20200113", "", "review 3"])
  }

  @Test func aSetReadsBackAsItWasWritten() throws {
    try withFolder { folder in
      let path = folder.appending(path: "set.h5").path
      let patches = try patches()
      try PatchSetFile.write(patches, to: path)
      #expect(try PatchSetFile.read(path) == patches)
    }
  }

  @Test func equalSetsMakeEqualBytes() throws {
    try withFolder { folder in
      let paths = ["a.h5", "b.h5"].map { folder.appending(path: $0) }
      for path in paths { try PatchSetFile.write(patches(), to: path.path) }
      #expect(try Data(contentsOf: paths[0]) == Data(contentsOf: paths[1]))
    }
  }

  @Test func anEmptySetIsASetToo() throws {
    try withFolder { folder in
      let path = folder.appending(path: "set.h5").path
      let empty = try LabelledPatches(side: 8, gray: [], deforms: [], places: [])
      try PatchSetFile.write(empty, to: path)
      #expect(try PatchSetFile.read(path) == empty)
    }
  }

  @Test func aFileThatIsNoSetIsRefusedInWords() throws {
    try withFolder { folder in
      let path = folder.appending(path: "other.h5").path
      let file = try HDF5File.create(path)
      try file.createDataset("date", .float32, shape: [3])
      try file.flush()
      let error = #expect(throws: StackError.self) { try PatchSetFile.read(path) }
      #expect(error?.part == "dataset /patch")
    }
  }

  private struct Counts: Decodable {
    var count, deforming, hard, side, graySum, zerosThatAreNoData, pixelsWithoutData, volcanoes: Int
    var deformingByVolcano: [String: Int]
  }

  @Test func labelledLicsarPatchesReadWithBothKindsOfNoDataAsMidGray() throws {
    guard let path = RealData.path("patches/licsar-patches.h5") else { return }
    let expected: Counts = try Expected.read("patches.json")
    let set = try PatchSetFile.read(path)
    #expect(set.side == expected.side && set.count == expected.count)
    #expect(set.deformingCount == expected.deforming)
    #expect(set.isHardNegative.count { $0 } == expected.hard)
    #expect(Set(set.places).count == expected.volcanoes)
    var deforming: [String: Int] = [:]
    for patch in 0..<set.count where set.deforms[patch] { deforming[set.places[patch], default: 0] += 1 }
    #expect(deforming == expected.deformingByVolcano)
    #expect(set.origins[0] == "bora_ale_014A_07688_131313_20161218_20170204")
    let sum = set.gray.reduce(0) { $0 + Int($1) }
    #expect(sum == expected.graySum + 128 * expected.zerosThatAreNoData)
    let missing = (0..<set.count).reduce(0) { $0 + set.hasData(of: $1).count { !$0 } }
    #expect(missing == expected.pixelsWithoutData)
  }
}
