import Foundation
import Interferometry
import Testing

@testable import Learning

@Suite struct DataSetReaderTests {
  @Test func formsAreToldByWhatLiesInTheFolder() throws {
    try withFolder { folder in
      let error = #expect(throws: DataSetError.self) { try DataSetReader.form(of: folder.path) }
      #expect(error?.problem.contains("truth.csv") == true)
      #expect(throws: DataSetError.self) { try DataSetReader.form(of: folder.appending(path: "nothing").path) }
      for (file, form) in [
        ("a/truth.csv", DataSetReader.Form.synthetic), ("b/annotations.tar.gz", .hephaestus),
        ("c/ledger.sqlite", .reviews), ("e.h5", .patches),
      ] {
        let url = folder.appending(path: file)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: url)
        let path = file.contains("/") ? url.deletingLastPathComponent().path : url.path
        #expect(try DataSetReader.form(of: path) == form)
      }
      let series = folder.appending(path: "d")
      try FileManager.default.createDirectory(at: series, withIntermediateDirectories: true)
      try Data().write(to: series.appending(path: "cum.h5"))
      #expect(throws: DataSetError.self) { try DataSetReader.form(of: series.path) }
      try Data().write(to: series.appending(path: "episodes.txt"))
      #expect(try DataSetReader.form(of: series.path) == .volcNet)
    }
  }

  @Test func aPartOfHephaestusHoldsThePatchesThatTheSplitNames() throws {
    try withFolder { folder in
      let annotations = folder.appending(path: "annotations")
      try FileManager.default.createDirectory(at: annotations, withIntermediateDirectories: true)
      try Data(("{" + HephaestusTests.head + #""label": ["Non_Deformation"]}"#).utf8).write(
        to: annotations.appending(path: "7.json"))
      try Data(
        #"{"train": {"0": ["7_0.json", "7_2.json"]}, "val": {"0": ["7_1.json"]}, "test": {"0": ["7_3.json"]}}"#.utf8
      ).write(to: folder.appending(path: "train_test_split.json"))
      let pair = "20180529_20180616"
      let picture = folder.appending(path: "087D_07004_060904/interferograms/\(pair)/InSAR.png")
      try FileManager.default.createDirectory(
        at: picture.deletingLastPathComponent(), withIntermediateDirectories: true)
      let gray = (0..<(64 * 64)).map { UInt8($0 % 250) }
      try Picture.png(of: gray[...], hasData: Array(repeating: true, count: gray.count), side: 64).write(
        to: picture)
      var reader = DataSetReader()
      reader.side = 32
      #expect(try reader.read(folder.path).patches.origins == ["7_0", "7_1", "7_2", "7_3"])
      reader.part = .train
      #expect(try reader.read(folder.path).patches.origins == ["7_0", "7_2"])
    }
  }

  @Test func setsOfSeveralSizesAreCutToTheSmallest() throws {
    try withFolder { folder in
      for side in [8, 6] {
        let set = try LabelledPatches(
          side: side, gray: Array(repeating: UInt8(side), count: side * side), deforms: [side == 8], places: ["p"])
        try PatchSetFile.write(set, to: folder.appending(path: "\(side).h5").path)
      }
      let all = try DataSetReader().read([8, 6].map { folder.appending(path: "\($0).h5").path }).patches
      #expect(all.side == 6 && all.count == 2 && all.deforms == [true, false])
      #expect(Set(all.gray(of: 0)) == [8] && Set(all.gray(of: 1)) == [6])
    }
  }
}
