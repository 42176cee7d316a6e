import Foundation
import Testing

@testable import Coordination

/// The units for systemd: it takes them, and their commands run a sweep.
@Suite(.serialized) struct ServiceUnitTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../cluster/systemd").standardized

  private func unit(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: "volcsweep-\(name).service"), encoding: .utf8)
  }

  /// The words of a unit's command after the program's name, with others in the place of some.
  private func command(_ name: String, _ replacements: [String: String]) throws -> [String] {
    let start = "ExecStart=/usr/local/bin/volcsweep "
    let lines = try unit(name).split(separator: "\n").filter { $0.hasPrefix(start) }
    let words = try #require(lines.count == 1 ? lines.first : nil).dropFirst(start.count).split(separator: " ")
    for word in replacements.keys { #expect(words.contains { $0 == word }, "\(name) says nothing of \(word)") }
    return words.map { replacements[String($0)] ?? String($0) }
  }

  @Test func theCommandsOfTheUnitsRunASweepToItsEnd() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 12, workers: ["observatory"])
    #expect(try remote.bench.run(["sweep", remote.bench.job("calm").path, "--workers", "1"]).status == 0)
    let job = try remote.bench.job("remote").path
    let sweep = try remote.run(
      "sweep", command("coordinator", ["/srv/volcsweep/job.yaml": job, "tcp://*:5555": "tcp://localhost:0"]))
    let address = try #require(try remote.address().remote)
    let keeper = try remote.run(
      "keeper",
      command(
        "worker",
        [
          "${COORDINATOR}": address, "${WORKERS}": "2", "/srv/volcsweep/keys": remote.workerKeys("observatory"),
          "/var/log/volcsweep": remote.bench.folder.appending(path: "logs").path,
        ]))
    #expect(remote.end(of: sweep) == 0, "\(remote.log("sweep"))")
    keeper.waitUntilExit()
    #expect(keeper.terminationStatus == 0, "\(remote.log("keeper"))")
    #expect(try remote.bench.results("remote") == remote.bench.results("calm"))
  }

  /// A mistake in the job is made once, not every half minute for ever.
  @Test func theUnitsDoNotRestartWhatCannotGoBetter() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let typo = bench.folder.appending(path: "typo.yaml")
    try Data("archive: archive\nrun: run\nworkrs: 1\n".utf8).write(to: typo)
    let keys = try bench.job("keyless").path
    let endings = [
      ("coordinator", try bench.run(["sweep", typo.path]).status, 78),
      ("coordinator", try bench.run(["sweep", bench.folder.appending(path: "none.yaml").path]).status, 78),
      ("coordinator", try bench.run(["sweep", keys, "--listen", "tcp://*:0"]).status, 78),
      ("coordinator", try bench.run(["sweep", keys, "--keys", "somewhere"]).status, 64),
      ("coordinator", try bench.run(["sweep", keys, "--wrokers", "2"]).status, 64),
      ("worker", try bench.run(["worker", "tcp://localhost:1", "--keys", bench.folder.path + "/none"]).status, 78),
      (
        "worker",
        try bench.run([
          "worker", "tcp://localhost:1", "--keys", bench.folder.path + "/none", "--processes", "1", "--logs",
          bench.folder.path,
        ]).status, 78
      ),
      ("worker", try bench.run(["worker", "nowhere"]).status, 78),
    ]
    for (name, status, expected) in endings {
      #expect(status == Int32(expected))
      let text = try unit(name)
      let setting = try #require(text.split(separator: "\n").first { $0.hasPrefix("RestartPreventExitStatus=") })
      #expect(setting.split(whereSeparator: { "= ".contains($0) }).contains("\(expected)"), "\(name): \(setting)")
      #expect(text.contains("\nStartLimitBurst=") && text.contains("\nStartLimitIntervalSec="))
    }
  }

  /// What systemd itself finds wrong with them: unknown settings, commands that are not there.
  @Test func systemdTakesTheUnits() throws {
    let tool = "/usr/bin/systemd-analyze"
    guard FileManager.default.isExecutableFile(atPath: tool) else { return print("skipped: there is no \(tool)") }
    let folder = FileManager.default.temporaryDirectory.appending(path: "units-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, isSound) in [("coordinator", true), ("worker", true), ("worker", false)] {
      var text = try unit(name).replacing("/usr/local/bin/volcsweep", with: SweepBench.executable.path)
      if !isSound { text = text.replacing("KillMode=mixed", with: "KillMode=politely") }
      let file = folder.appending(path: "volcsweep-\(name).service")
      try Data(text.utf8).write(to: file)
      let process = Process()
      process.executableURL = URL(filePath: tool)
      process.arguments = ["verify", "--man=no", file.path]
      let pipe = Pipe()
      process.standardError = pipe
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      let complaints = said.split(separator: "\n").filter { $0.contains("volcsweep-\(name)") }
      #expect(complaints.isEmpty == isSound, "\(said)")
    }
  }
}
