import Foundation
import Interferometry
import Ledger
import NetworkTraining
import NeuralNetwork
import SweepRecords
import Synthesis
import Testing

@testable import Learning

/// `volcsweep dataset`, `evaluate` and `reviews` as people run them.
@Suite(.serialized) struct LearningCommandTests {
  private func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL =
      URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../.build/debug/volcsweep").standardized
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complained = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said, complained)
  }

  @Test func aSyntheticArchiveBecomesADataSetThatModelsAreMeasuredOn() throws {
    try withFolder { folder in
      let recipe = try ArchiveRecipe(volcanoes: 4, acquisitions: 3, deforming: 2, seed: 5, size: 300)
      let archive = SyntheticArchive(recipe: recipe, folder: folder.appending(path: "made"), form: .archive)
      try archive.prepare(replacing: true)
      try archive.write(threads: 2)
      let set = folder.appending(path: "set.h5").path
      let made = try run([
        "dataset", "make", set, "--from", archive.folder.path, "--side", "224", "--stride", "76", "--ungated",
      ])
      #expect(made.status == 0, "\(made.errors)")
      let patches = try PatchSetFile.read(set)
      #expect(made.output.contains("\(patches.count) patches, \(patches.deformingCount) deforming"))
      let summary = try run(["dataset", "summary", set, "--csv", folder.appending(path: "counts.csv").path])
      #expect(summary.status == 0 && summary.output.contains("mogi"))
      let counts = try String(contentsOf: folder.appending(path: "counts.csv"), encoding: .utf8)
      #expect(counts.contains("patches,224 × 224,patch,\(patches.count),\(patches.deformingCount),"))
      let page = folder.appending(path: "page.html")
      let tables = folder.appending(path: "tables")
      let measured = try run([
        "evaluate", "default", "twice=default,default", "--on", set, "--fold-count", "2", "--svm", "--bootstrap",
        "50", "--page", page.path, "--csv", tables.path,
      ])
      #expect(measured.status == 0, "\(measured.errors)")
      #expect(measured.output.contains("texture features + SVM") && measured.output.contains("pooled"))
      let html = try String(contentsOf: page, encoding: .utf8)
      #expect(html.contains("Worst mistakes of twice") && html.contains("data:image/png"))
      let scores = try NamedColumns(contentsOf: tables.appending(path: "scores.csv").path)
      #expect(scores.count == patches.count)
      // The same network for each fold is the network.
      #expect(try scores.column("default") == scores.column("twice"))
      // Whether the model has seen the patches comes first.
      #expect(
        measured.output.hasPrefix("default was trained on none of these \(patches.count) patches"),
        "\(measured.output)")
      #expect(html.contains("default was trained on none of these"))
      let overlap = try NamedColumns(contentsOf: tables.appending(path: "overlap.csv").path)
      #expect(try overlap.column("model") == ["default", "twice"] && overlap.column("learnt_from") == ["0", "0"])
      // Files that cannot be written are named with the reason, in the program's own words.
      let unwritable = try run(["dataset", "summary", set, "--csv", "/proc/nowhere/counts.csv"])
      #expect(
        unwritable.status == 1 && unwritable.errors.contains("/proc/nowhere/counts.csv: cannot be ")
          && unwritable.errors.contains(": no such file or folder; check the path"), "\(unwritable.errors)")
      let pointer = folder.appending(path: "pointer.onnx")
      try Data("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 2160935\n".utf8).write(to: pointer)
      let unpacked = try run(["evaluate", pointer.path, "--on", set])
      #expect(unpacked.status == 1 && unpacked.errors.contains("git lfs pull"), "\(unpacked.errors)")
      let none = try run(["evaluate", "default", "--on", folder.appending(path: "nothing").path])
      #expect(none.status == 1 && none.errors.contains("does not exist"))
    }
  }

  @Test func aModelIsShownWithItsCard() throws {
    try withFolder { folder in
      var description = ModelDescription(name: "carded", version: "7", trainingData: "three patches")
      description.entries = ["limits": "rings\u{1B}[31m of air", "scores": "AUC 0.9", "zeal": "great"]
      let model = try NewNetwork.sweep.model(description, random: RandomStream(seed: 1, path: 1))
      let file = folder.appending(path: "carded.onnx")
      try Data(model.onnx()).write(to: file)
      let shown = try run(["model", "inspect", file.path])
      #expect(shown.status == 0, "\(shown.errors)")
      let wanted =
        "trained on: three patches\nscores: AUC 0.9\nlimits: rings[31m of air\nfixed layers: ramps,phase\nzeal: great\n"
      #expect(shown.output.contains(wanted), "\(shown.output)")
    }
  }

  @Test func reviewsGoOutOfOneRunAndIntoAnother() throws {
    try withFolder { folder in
      for name in ["one", "other"] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: name), withIntermediateDirectories: true)
        let ledger = try Ledger(path: folder.appending(path: "\(name)/ledger.sqlite").path)
        _ = try ledger.plan(
          PlannedStack(
            file: "alba.h5", volcano: "alba", volcanoName: "Alba", frame: "106A_09048_000909",
            grid: Grid(height: 300, width: 300),
            geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)),
          pairs: [try #require(DatePair("20200101_20200113"))])
        try ledger.close()
      }
      let file = folder.appending(path: "12.json")
      try Data(
        """
        {"uniqueID": 12, "frameID": "106A_09048_000909", "primary_date": "20200101", "secondary_date": "20200113",
         "label": ["Deformation"], "activity_type": ["Mogi"], "intensity_level": ["Low"], "phase": "Unrest",
         "confidence": 0.8, "segmentation_mask": [[1, 2, 30, 4, 5, 60]], "is_crowd": 0, "caption": "rings"}
        """.utf8
      ).write(to: file)
      let one = folder.appending(path: "one").path
      let added = try run(["reviews", "import", one, file.path, "--reviewer", "Ada"])
      #expect(added.status == 0, "\(added.errors)")
      #expect(added.output.contains("1 reviews added, 0 already present"))
      let table = folder.appending(path: "reviews.csv").path
      let json = folder.appending(path: "json").path
      #expect(try run(["reviews", "export", one, "--csv", table, "--json", json]).status == 0)
      let other = folder.appending(path: "other").path
      #expect(try run(["reviews", "import", other, table]).output.contains("1 reviews added"))
      #expect(try run(["reviews", "import", other, json]).output.contains("0 reviews added, 1 already present"))
      let exported = try run(["reviews", "export", other])
      #expect(exported.output.contains("Ada") && exported.output.contains("rings"))
      try Data(String(contentsOf: file, encoding: .utf8).replacing("20200101", with: "20190101").utf8).write(
        to: file)
      let stranger = try run(["reviews", "import", one, file.path])
      #expect(stranger.status == 3 && stranger.output.contains("not in this run: 106A_09048_000909_20190101"))
    }
  }
}
