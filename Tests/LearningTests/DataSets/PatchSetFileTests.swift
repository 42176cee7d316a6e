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

  /// A set of 2 patches of 2 × 2 in which one dataset is written otherwise.
  private func foreignSet(
    _ path: String, patch: [Float]? = nil, codes: [Int32]? = nil, labels: [Float] = [0, 1], box: [Float]? = nil,
    attributes: [String: String] = [:]
  ) throws {
    try PatchSetFile.write(
      LabelledPatches(side: 2, gray: [1, 2, 3, 4, 5, 6, 7, 8], deforms: [false, true], places: ["a", "b"]), to: path
    )
    let source = try HDF5File.open(readingFrom: path)
    let texts = try ["place", "source", "origin"].map { try PatchSetFile.texts($0, 2, in: source) }
    let file = try HDF5File.create(path + ".other")
    try file.writeAttribute("VOLCSWEEP_PATCHES", "1")
    if let codes {
      let dataset = try file.createDataset("patch", .int32, shape: [2, 2, 2])
      try codes.withUnsafeBufferPointer { try dataset.write($0, start: [0, 0, 0], count: [2, 2, 2]) }
    } else if let patch {
      let dataset = try file.createDataset("patch", .float32, shape: [2, 2, 2])
      try patch.withUnsafeBufferPointer { try dataset.write($0, start: [0, 0, 0], count: [2, 2, 2]) }
    } else {
      let dataset = try file.createDataset("patch", .uint8, shape: [2, 2, 2])
      try ([1, 2, 3, 4, 5, 6, 7, 8] as [UInt8]).withUnsafeBufferPointer {
        try dataset.write($0, start: [0, 0, 0], count: [2, 2, 2])
      }
      for (name, text) in attributes { try file.writeAttribute(name, text, on: dataset) }
    }
    for (name, values, shape) in [
      ("deformation", labels, [2]), ("hard_negative", [0, 0], [2]),
      ("box", box ?? [Float](repeating: .nan, count: 8), [2, 4]),
    ] {
      let dataset = try file.createDataset(name, .float32, shape: shape)
      try values.withUnsafeBufferPointer { try dataset.write($0, start: shape.map { _ in 0 }, count: shape) }
    }
    for (name, list) in zip(["place", "source", "origin"], texts) { try file.writeTexts(list, to: name) }
    try file.flush()
  }

  @Test func numbersThatAreNoGraysOrLabelsAreRefused() throws {
    try withFolder { folder in
      let path = folder.appending(path: "set.h5").path
      try foreignSet(path)
      #expect(try PatchSetFile.read(path + ".other").gray == [1, 2, 3, 4, 5, 6, 7, 8])
      try foreignSet(path, codes: [0, 1, 2, 3, 128, 200, 254, 255])
      #expect(try PatchSetFile.read(path + ".other").gray.last == 255)
      func refusal(_ write: () throws -> Void) throws -> String {
        try write()
        let error = #expect(throws: StackError.self) { try PatchSetFile.read(path + ".other") }
        return error.map { "\($0)" } ?? "taken"
      }
      #expect(try refusal { try foreignSet(path, patch: [0, 0.1, 0.2, 1, 0, 0, 0, 0]) }.contains("floating-point"))
      #expect(try refusal { try foreignSet(path, codes: [-1, 1, 2, 3, 4, 5, 6, 7]) }.contains("holds -1"))
      #expect(try refusal { try foreignSet(path, codes: [257, 1, 2, 3, 4, 5, 6, 7]) }.contains("holds 257"))
      #expect(try refusal { try foreignSet(path, labels: [1, 2]) }.contains("/deformation holds 2"))
      #expect(try refusal { try foreignSet(path, labels: [0, 0.5]) }.contains("/deformation holds 0.5"))
      #expect(
        try refusal { try foreignSet(path, box: [.nan, .nan, .nan, .nan, 1, 1, -1, 1]) }.contains("/box row 1"))
      #expect(
        try refusal { try foreignSet(path, attributes: ["scale_factor": "0.5"]) }.contains("scale_factor = 0.5"))
    }
  }
}
