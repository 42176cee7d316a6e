import Foundation
import Ledger
import Testing

/// Runs that are scored again with another model, by the real program.
@Suite(.serialized) struct RescoringTests {
  @Test func aNewHeadStartsFromStoredActivationsAndSaysSo() throws {
    let bench = try RescoringBench(stacks: 2, pairs: 4)
    let swept = try bench.sweeps.run(["sweep", bench.job("run").path])
    #expect(swept.status == 0, "\(swept.errors)")
    #expect(swept.errors.contains("activations of the layer relu6 will be stored"))
    #expect(try !bench.activations("run").isEmpty)
    let before = try bench.column("maximum_probability", of: "run")
    #expect(Set(try bench.column("computed_from", of: "run")) == ["pixels"])
    let rescored = try bench.rescore("run")
    #expect(rescored.status == 0, "\(rescored.errors)")
    #expect(rescored.errors.contains("start from stored activations of the layer relu6"), "\(rescored.errors)")
    #expect(try bench.column("maximum_probability", of: "run") != before)
    // What the gate keeps out altogether is as the first model left it.
    let kept = try bench.column("kept_patches", of: "run")
    let (sources, models) = (try bench.column("computed_from", of: "run"), try bench.column("model", of: "run"))
    for index in kept.indices { #expect(sources[index] == (kept[index] == "0" ? "pixels" : "activations")) }
    #expect(Set(models).count == (kept.contains("0") ? 2 : 1))
    // The same model over the pixels says the same to a thousandth.
    let pixels = try bench.sweeps.run(["sweep", bench.job("pixels", storing: false, "model: head.onnx\n").path])
    #expect(pixels.status == 0, "\(pixels.errors)")
    let exact = try bench.column("maximum_probability", of: "pixels").compactMap { Double($0) }
    let found = try bench.column("maximum_probability", of: "run").compactMap { Double($0) }
    #expect(exact.count == 8 && zip(exact, found).allSatisfy { abs($0 - $1) < 1e-3 }, "\(exact) \(found)")
    // What there was can still be compared with.
    let compared = try bench.sweeps.run([
      "compare", "\(bench.run("run").path)@1", bench.run("run").path, "--page",
      bench.sweeps.folder.appending(path: "page.html").path,
    ])
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(compared.output.contains("model other head 2 ("))
    #expect(try bench.sweeps.text("page.html").contains("<h2>Volcanoes</h2>"))
    let none = try bench.sweeps.run(["compare", "\(bench.run("run").path)@7", bench.run("run").path])
    #expect(
      none.status == 1 && none.errors.contains("has no earlier scoring number 7; its earlier scorings are 1 to 1"))
  }

  @Test func withoutStoredActivationsThePixelsAreReadAndTheGateIsNotAskedAgain() throws {
    let bench = try RescoringBench(stacks: 2, pairs: 4)
    #expect(try bench.sweeps.run(["sweep", bench.job("run", storing: false).path]).status == 0)
    let rescored = try bench.rescore("run")
    #expect(rescored.status == 0, "\(rescored.errors)")
    #expect(rescored.errors.contains("of these the gate's result is already known"), "\(rescored.errors)")
    #expect(
      try bench.sweeps.run(["sweep", bench.job("fresh", storing: false, "model: head.onnx\n").path]).status == 0)
    for column in ["interferogram", "maximum_probability", "row", "column", "kept_patches", "no_data_share"] {
      #expect(try bench.column(column, of: "run") == bench.column(column, of: "fresh"), "\(column)")
    }
    #expect(Set(try bench.column("computed_from", of: "run")) == ["pixels"])
  }

  @Test func aRescoringThatIsKilledInTheMiddleEndsWithTheSameBytes() throws {
    let bench = try RescoringBench(stacks: 4, pairs: 30)
    let fast = "unit-size: 2\nscheduling:\n  heartbeat-seconds: 0.1\n"
    for run in ["calm", "stormy"] {
      #expect(try bench.sweeps.run(["sweep", bench.job(run, fast).path]).status == 0)
    }
    #expect(try bench.sweeps.results("calm") == bench.sweeps.results("stormy"))
    #expect(try bench.rescore("calm").status == 0)
    // While its ledger is bound anew, and then again and again while it computes.
    var kills = 0
    var status: Int32 = -1
    for round in 0..<12 where status != 0 {
      let point = round < 2 ? "bind.inside" : "write.beforeCommit@\(1 + round % 3)"
      let rescoring = try bench.start("stormy", dyingAt: round < 6 ? point : nil)
      rescoring.waitUntilExit()
      if rescoring.terminationReason == .uncaughtSignal { kills += 1 }
      status = rescoring.terminationReason == .exit ? rescoring.terminationStatus : -1
    }
    let said = try bench.sweeps.text("err")
    #expect(status == 0, "\(said)")
    #expect(kills >= 3)
    #expect(try bench.sweeps.results("calm") == bench.sweeps.results("stormy"))
    let ledger = try Ledger(reading: bench.run("stormy").appending(path: "ledger.sqlite").path)
    #expect(try ledger.earlierScorings().count == 1)
  }

  @Test func damagedActivationsCostOnlyTheirOwnInterferogramsAReadOfThePixels() throws {
    let bench = try RescoringBench(stacks: 3, pairs: 4)
    #expect(try bench.sweeps.run(["sweep", bench.job("run", "unit-size: 2\n").path]).status == 0)
    let files = try bench.activations("run")
    #expect(files.count >= 5, "\(files)")
    try FileManager.default.removeItem(at: files[0])
    try Data("gone".utf8).write(to: files[1])
    var bytes = try Data(contentsOf: files[2])
    bytes[bytes.count - 5] ^= 1
    try bytes.write(to: files[2])
    let rescored = try bench.rescore("run")
    #expect(rescored.status == 0, "\(rescored.errors)")
    let sources = try bench.column("computed_from", of: "run")
    let keptOut = try bench.column("kept_patches", of: "run").count { $0 == "0" }
    #expect((3...5).contains(sources.count { $0 == "pixels" } - keptOut))
    #expect(sources.contains("activations"))
    #expect(
      try bench.sweeps.run(["sweep", bench.job("pixels", storing: false, "model: head.onnx\n").path]).status == 0)
    let exact = try bench.column("maximum_probability", of: "pixels").compactMap { Double($0) }
    let found = try bench.column("maximum_probability", of: "run").compactMap { Double($0) }
    #expect(zip(exact, found).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func aChangedJobSaysWhatItMakesStaleAndAsks() throws {
    let bench = try RescoringBench(stacks: 1, pairs: 3)
    #expect(try bench.sweeps.run(["sweep", bench.job("run", storing: false).path]).status == 0)
    let before = try bench.sweeps.results("run")
    let changed = try bench.job("run", storing: false, "profile: biggs2022\n").path
    let refused = try bench.sweeps.run(["sweep", changed])
    #expect(refused.status == 78)
    #expect(
      refused.errors.contains("3 outcomes are outdated and will be computed again; 0 stay valid"),
      "\(refused.errors)"
    )
    #expect(refused.errors.contains("pass --yes"))
    #expect(try bench.sweeps.run(["reduce", bench.run("run").path]).status == 0)
    #expect(try bench.sweeps.results("run") == before)
    let agreed = try bench.sweeps.run(["sweep", changed, "--yes"])
    #expect(agreed.status == 0, "\(agreed.errors)")
    #expect(
      try bench.sweeps.run(["sweep", bench.job("fresh", storing: false, "profile: biggs2022\n").path]).status == 0)
    #expect(try bench.sweeps.results("run") == bench.sweeps.results("fresh"))
  }

  @Test func strangersAmongTheActivationsAreRemovedAndALayerThatIsNoneIsNamed() throws {
    let bench = try RescoringBench(stacks: 1, pairs: 2)
    let stranger = bench.run("run").appending(path: "activations/test_0/9-9-9.activations")
    try FileManager.default.createDirectory(
      at: stranger.deletingLastPathComponent(), withIntermediateDirectories: true)
    let partial = stranger.deletingLastPathComponent().appending(path: ".9-9-8.activations.4194305-abc.partial")
    let note = stranger.deletingLastPathComponent().appending(path: "9-9-9.activations.txt")
    for file in [stranger, partial, note] { try Data("of a worker that died".utf8).write(to: file) }
    let wrong = try bench.sweeps.run([
      "sweep", bench.job("run", storing: false, "store-activations: conv99\n").path,
    ])
    #expect(
      wrong.status == 78 && wrong.errors.contains("conv99") && wrong.errors.contains("relu6"), "\(wrong.errors)")
    #expect(try bench.sweeps.run(["sweep", bench.job("run").path]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: stranger.path))
    #expect(!FileManager.default.fileExists(atPath: partial.path))
    #expect(FileManager.default.fileExists(atPath: note.path), "nothing but activations is removed")
    #expect(try !bench.activations("run").isEmpty)
  }

  @Test func aRunThatWasNeverSweptOrDoesNotSayHowIsNotRescored() throws {
    let bench = try RescoringBench(stacks: 1, pairs: 1)
    let missing = try bench.rescore("nowhere")
    #expect(missing.status == 78, "\(missing.errors)")
    let job = try bench.job("run", storing: false).path
    #expect(try bench.sweeps.run(["rescore", job, "--model", bench.head.path]).status == 1)
    #expect(try bench.sweeps.run(["sweep", job]).status == 0)
    let unknown = try bench.sweeps.run(["rescore", bench.run("run").path, "--model", "no such model"])
    #expect(unknown.status == 1 && unknown.errors.contains("no such model"), "\(unknown.errors)")
  }
}

extension RescoringBench {
  /// A rescoring whose coordinator dies at a place where its ledger is written.
  fileprivate func start(_ run: String, dyingAt point: String?) throws -> Process {
    let process = Process()
    process.executableURL = SweepBench.executable
    process.arguments = ["rescore", self.run(run).path, "--model", head.path, "--workers", "2"]
    process.environment = sweeps.environment
    if let point { process.environment?["VOLCSWEEP_FAIL_POINT"] = point }
    let errors = sweeps.folder.appending(path: "err")
    try Data().write(to: errors)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return process
  }
}
