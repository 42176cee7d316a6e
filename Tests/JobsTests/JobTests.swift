import Foundation
import Imaging
import NeuralNetwork
import Testing

@testable import Jobs

@Suite final class JobTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "jobs-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(
      at: folder.appending(path: "archive"), withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  private func read(_ text: String, as file: URL? = nil) throws -> Job {
    let file = file ?? folder.appending(path: "job.yaml")
    try Data(text.utf8).write(to: file)
    return try Job(contentsOf: file)
  }

  private func problems(_ text: String) -> [String] {
    let error = #expect(throws: JobError.self) { try read(text) }
    return error?.problems.map(\.description) ?? []
  }

  @Test func pathsAreRelativeToTheFileAndWhatIsNotSaidHasADefault() throws {
    let job = try read("archive: archive\nrun: ../runs/one\n")
    #expect(job.archive.path == folder.appending(path: "archive").path)
    #expect(job.run.path == folder.deletingLastPathComponent().appending(path: "runs/one").path)
    #expect(job.model == .builtIn)
    #expect(job.profile == .multiscale)
    #expect(job.unitSize == 16)
    #expect(job.workers == nil)
    #expect(job.workerMemoryMegabytes == 4096)
  }

  @Test func theJobForRescoringIsOne() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../jobs/rescore.yaml")
    let text = try String(contentsOf: file.standardized, encoding: .utf8)
      .replacing("../archive", with: "archive").replacing("../models/new.onnx", with: "new.onnx")
    try Data().write(to: folder.appending(path: "new.onnx"))
    let job = try read(text)
    #expect(job.storedLayer == "relu6" && job.run.lastPathComponent == "local")
    #expect(job.model == .file(folder.appending(path: "new.onnx").standardizedFileURL.absoluteURL))
  }

  @Test func aJobThatWasKeptIsTheSame() throws {
    let job = try read(
      "archive: archive\nrun: one\nstore-activations: relu6\nvolcanoes: [Alba]\nscheduling:\n  window: 3\n")
    #expect(try JSONDecoder().decode(Job.self, from: JSONEncoder().encode(job)) == job)
  }

  @Test func everyProblemIsNamedWithItsLine() {
    let problems = problems(
      """
      archive: nowhere
      run: out
      profile: jgr2019
      unit-size: many
      batch-size: 0
      colour: red
      volcanoes: Sierra Negra
      scheduling:
        heartbeat-seconds: 5
        silence-seconds: 6
        window: [1]
      model: missing.onnx
      """)
    #expect(problems.count == 9)
    let starts = ["line 1: archive", "line 3: profile", "line 4: unit-size", "line 5: batch-size"]
    for (problem, start) in zip(problems, starts) { #expect(problem.hasPrefix(start), "\(problem)") }
    #expect(problems.contains { $0.hasPrefix("line 6: unknown key colour") })
    #expect(problems.contains { $0.hasPrefix("line 7: volcanoes must be a list") })
    #expect(problems.contains { $0.hasPrefix("line 10: scheduling.silence-seconds") })
    #expect(problems.contains { $0.hasPrefix("line 11: scheduling.window") })
    #expect(problems.contains { $0.hasPrefix("line 12: model") })
  }

  @Test func aKeyThatIsNearlyRightIsSuggestedAndOthersAreListedOnce() {
    let near = problems("archive: archive\nrun: r\ncandidate-treshold: 0.5\nprofile: bigs2022\n")
    #expect(
      near == [
        "line 3: unknown key candidate-treshold; did you mean candidate-threshold?",
        "line 4: profile: 'bigs2022' is not one of jgr2018, biggs2022, multiscale; did you mean biggs2022?",
      ])
    // The archive is missing, too.
    let far = problems("run: r\ncolour: red\n").first { $0.contains("colour") } ?? ""
    let listed = far.split(separator: " are ").last?.split(separator: ", ") ?? []
    #expect(listed.contains("archive") && listed.count == Set(listed).count, "\(far)")
  }

  @Test func theOldNameOfAKeyIsReadWithAWarning() throws {
    let file = folder.appending(path: "old.yaml")
    try Data("archive: archive\nrun: r\nprofile: jgr2018\ngate:\n  minimum-edge-share: 0.01\n".utf8).write(to: file)
    var warnings: [String] = []
    let job = try Job(contentsOf: file) { warnings.append($0.description) }
    #expect(warnings == ["line 5: the key gate.minimum-edge-share is now gate.minimum-edge-fraction"])
    // The old name is of the Canny gate, and the number means something else to another.
    #expect(
      try job
        == read(
          "archive: archive\nrun: r\nprofile: jgr2018\ngate:\n  rule: canny\n  minimum-edge-fraction: 0.01\n",
          as: file))
    let both = problems(
      "archive: archive\nrun: r\nprofile: jgr2018\ngate:\n  minimum-edge-share: 0.01\n  minimum-edge-fraction: 0.02\n"
    )
    #expect(both.contains { $0.contains("is the old name of gate.minimum-edge-fraction") }, "\(both)")
  }

  @Test func aNumberInQuotesIsATextAndTheMessageSaysHowToWriteIt() {
    let problems = problems(
      """
      archive: archive
      run: r
      profile: jgr2018
      workers: "4"
      worker-memory: '512'
      candidate-threshold: "0.5"
      gate:
        blur-sigma: "1.4"
        low-threshold: "100"
      scheduling:
        window: "2"
        lease-seconds: '60'
      """)
    #expect(problems.count == 7)
    let starts = [
      "line 4: workers", "line 5: worker-memory", "line 6: candidate-threshold", "line 8: gate.blur-sigma",
      "line 9: gate.low-threshold", "line 11: scheduling.window", "line 12: scheduling.lease-seconds",
    ]
    for (problem, start) in zip(problems, starts) {
      #expect(problem.hasPrefix("\(start) is a text, because"), "\(problem)")
      #expect(problem.contains("in quotes; write "), "\(problem)")
    }
  }

  @Test func aWorkersMemoryIsBoundedFromBelowAndAbove() throws {
    #expect(try read("archive: archive\nrun: r\nworker-memory: 256\n").workerMemoryMegabytes == 256)
    for value in ["255", "1048577", "lots", "0"] {
      #expect(
        problems("archive: archive\nrun: r\nworker-memory: \(value)\n").first?.contains("worker-memory") == true)
    }
  }

  @Test func thePrecisionIsOneOfThoseThatTheEngineKnows() throws {
    #expect(try read("archive: archive\nrun: r\n").precision == .float32)
    #expect(try read("archive: archive\nrun: r\nprecision: bfloat16\n").precision == .bfloat16)
    #expect(try read("archive: archive\nrun: r\n").library == .cblas)
    for library in LibraryChoice.allCases {
      #expect(try read("archive: archive\nrun: r\nlibrary: \(library.rawValue)\n").library == library)
    }
    #expect(problems("archive: archive\nrun: r\nlibrary: mkl\n").first?.contains("cblas, onednn, fastest") == true)
    #expect(problems("archive: archive\nrun: r\nlibrary: fastest\nkernels: usual\n").count == 1)
    #expect(try read("archive: archive\nrun: r\n").kernels == .tried)
    #expect(try read("archive: archive\nrun: r\nkernels: usual\n").kernels == .usual)
    #expect(problems("archive: archive\nrun: r\nprecision: float16\n").first?.contains("float32, bfloat16") == true)
  }

  @Test(arguments: ["archive", "run", "model", "listen", "store-activations"], ["\"\"", "''", "'  '"])
  func aTextThatIsEmptyIsSaidToBe(key: String, value: String) {
    let others = ["archive: archive", "run: r"].filter { !$0.hasPrefix("\(key):") }
    let text = (others + ["\(key): \(value)"]).joined(separator: "\n")
    #expect(problems(text) == ["line \(others.count + 1): \(key): is empty"])
  }

  @Test func anEmptyEntryOfAListIsNamedWithItsLine() {
    let problems = problems("archive: archive\nrun: r\nvolcanoes:\n  - Alba\n  - ''\nframes: ['']\n")
    #expect(problems == ["line 5: volcanoes: an entry is empty", "line 6: frames: an entry is empty"])
  }

  /// What an archive's mount may bring back is no mistake of the job's.
  @Test func whatTheFileSystemSaysMayPassAndWhatTheJobSaysDoesNot() throws {
    func isPermanent(_ text: String) throws -> Bool {
      let error = #expect(throws: JobError.self, "\(text)") { try read(text) }
      return try #require(error).isPermanent
    }
    let link = folder.appending(path: "link")
    try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "/nowhere/archive")
    for text in [
      "archive: nowhere\nrun: r\n", "archive: link\nrun: r\n", "archive: archive\nrun: r\nmodel: none.onnx\n",
      "archive: nowhere\nrun: r\nmodel: none.onnx\n", "archive: job.yaml/archive\nrun: r\n",
    ] { #expect(try !isPermanent(text), "\(text)") }
    for text in [
      "archive: job.yaml\nrun: r\n", "archive: archive\nrun: r\nmodel: archive\n", "archive: [\n", "run: r\n",
      "archive: nowhere\nrun: r\ncolour: red\n", "archive: nowhere\nrun: r\nworkers: -1\n",
      "archive: ''\nrun: r\n", "archive: $VOLCSWEEP_NO_PLACE/a\nrun: r\n",
    ] { #expect(try isPermanent(text), "\(text)") }
    let missing = #expect(throws: JobError.self) { try Job(contentsOf: folder.appending(path: "none.yaml")) }
    #expect(missing?.isPermanent == true)
  }

  @Test func missingKeysAreNamed() {
    #expect(problems("workers: 2\n").count == 2)
    #expect(problems("").first?.contains("is empty") == true)
    #expect(problems("- a\n- b\n").isEmpty == false)
  }

  @Test(arguments: ["archive: [", "archive: a\narchive: b\nrun: c", "\u{0}", "run: &a *a", "? [a]\n: b\nrun: x"])
  func whatIsNoJobIsRefusedNotACrash(text: String) {
    #expect(!problems(text).isEmpty)
  }

  @Test func gateSettingsBecomePartOfTheProfileThatHasThem() throws {
    let job = try read("archive: archive\nrun: r\nprofile: jgr2018\ngate:\n  blur-sigma: 3.5\n")
    guard case .edges(let gate) = job.profile.gate else {
      Issue.record("jgr2018 has an edge gate")
      return
    }
    #expect(gate.blurSigma == 3.5)
    #expect(gate.lowThreshold == EdgeGateParameters().lowThreshold)
    let wrong = problems("archive: archive\nrun: r\nprofile: biggs2022\ngate:\n  blur-sigma: 3.5\n")
    #expect(wrong.count == 1)
    #expect(problems("archive: archive\nrun: r\nprofile: jgr2018\ngate:\n  low-threshold: 500\n").count == 1)
  }

  @Test func aJobChoosesTheGateOrSwitchesItOff() throws {
    func gate(_ text: String, profile: String = "jgr2018") throws -> GateRule {
      try read("archive: archive\nrun: r\nprofile: \(profile)\n\(text)\n").profile.gate
    }
    var fringes = FringeGateParameters()
    #expect(try gate("") == .fringes(fringes))
    #expect(try gate("gate: fringes") == .fringes(fringes))
    fringes.minimumEdgeShare = 0.002
    #expect(try gate("gate:\n  minimum-edge-fraction: 0.002") == .fringes(fringes))
    #expect(try gate("gate: canny") == .edges(EdgeGateParameters()))
    var canny = EdgeGateParameters()
    canny.minimumEdgeShare = 0.002
    #expect(try gate("gate:\n  rule: canny\n  minimum-edge-fraction: 0.002") == .edges(canny))
    #expect(try gate("gate: off") == .off)
    #expect(try gate("gate:\n  minimum-edge-fraction: 0.002", profile: "multiscale") == .fringes(fringes))
    #expect(try gate("gate: off", profile: "multiscale") == .off)
    #expect(try gate("gate: off", profile: "biggs2022") == .off)
    #expect(try gate("gate:\n  rule: off") == .off)
    #expect(try gate("", profile: "biggs2022") == .data(DataGateParameters()))
    let wrong = [
      "gate: sobel", "gate:\n  rule: fringes\n  blur-sigma: 2", "gate:\n  rule: off\n  minimum-edge-fraction: 0.1",
      "gate:\n  minimum-edge-fraction: 2", "profile: biggs2022\ngate: canny", "gate: canny",
      "gate:\n  low-threshold: 50",
    ]
    for text in wrong {
      #expect(problems("archive: archive\nrun: r\n\(text)\n").count == 1, "\(text)")
    }
  }

  @Test func namesOfVolcanoesAreTakenInAnySpelling() throws {
    let job = try read("archive: archive\nrun: r\nvolcanoes: ['Negra, Sierra', Cerro Azul]\nworkers: auto\n")
    #expect(job.volcanoes == ["sierra_negra", "cerro_azul"])
  }

  @Test func pathsMeanWhatTheyMeanInAShell() throws {
    let environment = ["HOME": "/home/me", "SCRATCH": "/scratch/me", "N_1": "one", "EMPTY": ""]
    for (path, expanded) in [
      ("~", "/home/me"), ("~/runs", "/home/me/runs"), ("$SCRATCH/run", "/scratch/me/run"),
      ("${SCRATCH}/run", "/scratch/me/run"),
      ("a$N_1-b", "aone-b"), ("a${N_1}b", "aoneb"), ("a~b", "a~b"), ("a\\$b", "a$b"), ("\\~/x", "~/x"),
      ("a\\ b", "a b"),
      ("with blank", "with blank"), ("{a}", "{a}"), ("$SCRATCH$N_1", "/scratch/meone"), ("~root/x", "/root/x"),
    ] { #expect(try ShellPath.expand(path, environment: environment) == expanded, "\(path)") }
    for (path, words) in [
      ("$NOWHERE/run", "NOWHERE is not set"), ("${NOWHERE}", "NOWHERE is not set"),
      ("$EMPTY/run", "EMPTY is empty"),
      ("${SCRATCH:-/tmp}", "not expanded here"), ("$(hostname)", "not expanded here"),
      ("`hostname`", "not expanded here"),
      ("$1", "not expanded here"), ("a$", "not expanded here"), ("$$", "not expanded here"),
      ("run*", "not expanded here"),
      ("run?", "not expanded here"), ("run[1]", "not expanded here"), ("{a,b}", "not expanded here"),
      ("{1..3}", "not expanded here"), ("${SCRATCH", "not closed"), ("~nobody.of.this.name/x", "no user"),
      ("a\\", "backslash"),
    ] {
      let problem = #expect(throws: ShellPath.Problem.self, "\(path)") {
        try ShellPath.expand(path, environment: environment)
      }
      #expect(problem?.description.contains(words) == true, "\(path): \(problem?.description ?? "")")
    }
  }

  @Test func everyPathOfAJobIsExpandedOrRefusedWithItsLine() throws {
    setenv("VOLCSWEEP_TEST_PLACE", folder.path, 1)
    let job = try read("archive: $VOLCSWEEP_TEST_PLACE/archive\nrun: '${VOLCSWEEP_TEST_PLACE}/one'\n")
    #expect(job.archive.path == folder.appending(path: "archive").path)
    #expect(job.run.path == folder.appending(path: "one").path)
    let problems = problems("archive: $VOLCSWEEP_NO_PLACE/a\nrun: ${HOME:-x}/b\nmodel: m*.onnx\n")
    #expect(problems.count == 3)
    for (number, problem) in problems.enumerated() { #expect(problem.hasPrefix("line \(number + 1): ")) }
    #expect(
      problems.first?.contains("archive: $VOLCSWEEP_NO_PLACE/a: the variable VOLCSWEEP_NO_PLACE is not set") == true
    )
  }
}
