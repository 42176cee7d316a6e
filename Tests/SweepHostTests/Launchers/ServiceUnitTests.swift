import Foundation
import Testing

/// The units for systemd: it takes them, and their commands run a sweep.
@Suite(.serialized) struct ServiceUnitTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../cluster/systemd").standardized

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

  /// A mistake in the job is made once, not every two minutes for ever.
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

  /// An archive whose mount is away comes back, and so may a model.
  @Test func theCoordinatorsUnitTriesAgainWhereOnlyAFileIsMissing() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    try FileManager.default.moveItem(at: bench.archive, to: bench.folder.appending(path: "away"))
    let archive = try bench.run(["sweep", bench.job("run").path])
    #expect(
      archive.status == 1
        && archive.errors.contains("run.yaml:1: archive: the folder \(bench.archive.path) does not exist"),
      "\(archive)")
    try FileManager.default.moveItem(at: bench.folder.appending(path: "away"), to: bench.archive)
    let model = try bench.run(["sweep", bench.job("run", "model: away.onnx\n").path])
    #expect(
      model.status == 1 && model.errors.contains("run.yaml:3: model: the file ")
        && model.errors.contains("away.onnx does not exist"), "\(model)")
    let file = try bench.run(["sweep", bench.job("run", "model: run.yaml\narchve: x\n").path])
    #expect(file.status == 78, "\(file)")
    let text = try unit("coordinator")
    let setting = try #require(text.split(separator: "\n").first { $0.hasPrefix("RestartPreventExitStatus=") })
    #expect(!setting.split(whereSeparator: { "= ".contains($0) }).contains("1"))
    #expect(text.contains("\nRestart=on-failure\n"))
  }

  /// The limit leaves enough for the keeper, and too little for a worker.
  @Test func aKeeperWhoseWorkersGetTooLittleEndsWithTheirStatus() throws {
    let bench = try SweepBench(stacks: 0, pairs: 0)
    let said = try bench.shell(
      "ulimit -v 740000; timeout 120 $V worker ipc:///nowhere/socket --processes 1 --logs logs --timeout 1")
    #expect(said.status == 71 && said.output.contains("address space (ulimit -v)"), "\(said)")
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

/// The launcher for ssh in run folders in which something lies already, with programs that play volcsweep and ssh.
@Suite(.serialized) struct LauncherFolderTests {
  private let bench: SweepBench

  init() throws {
    bench = try SweepBench(stacks: 0, pairs: 0)
    // A sweep ends when both workers were started.
    try play(
      "program",
      """
      echo "$1" >> program.said
      [ "$1" = worker ] && exit 64
      for _ in {1..200}; do
        [ "$1" != sweep ] || [ "$(grep -c worker program.said)" -ge 2 ] && exit 0
        sleep 0.1
      done
      """)
    try play("ssh", #"shift 2; echo "$*" >> ssh.said; exec sh -c "$*""#)
    try Data("# machines\nfirst 1\nsecond".utf8).write(to: bench.folder.appending(path: "hosts"))
    _ = try bench.job("run")
    mkdir(place("run").path, 0o700)
  }

  private func place(_ name: String) -> URL { bench.folder.appending(path: name) }

  private func play(_ program: String, _ script: String) throws {
    try Data("#!/bin/bash\n\(script)\n".utf8).write(to: place(program))
    chmod(place(program).path, 0o700)
  }

  private func launch(_ run: String) throws -> (status: Int32, output: String) {
    bench.furtherEnvironment = [
      "LAUNCHER": URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../cluster/ssh/sweep.sh").standardized.path,
      "RUN": run, "VOLCSWEEP": "./program", "SSH": "./ssh", "CDPATH": "/tmp",
    ]
    return try bench.shell(#"timeout 60 "$LAUNCHER" run.yaml "$RUN" hosts"#)
  }

  private func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: place(name).path) }

  @Test func linksInTheFolderOfTheLauncherAreReplacedAndNotFollowed() throws {
    mkdir(place("run/ssh").path, 0o700)
    for name in ["settings", "worker-loop.sh", "over"] {
      try Data("mine".utf8).write(to: place("my-\(name)"))
      symlink(place("my-\(name)").path, place("run/ssh/\(name)").path)
    }
    let said = try launch("run")
    #expect(said.status == 0, "\(said)")
    for name in ["settings", "worker-loop.sh", "over"] {
      #expect(try bench.text("my-\(name)") == "mine")
      var status = stat()
      let code = lstat(place("run/ssh/\(name)").path, &status)
      let kind = status.st_mode & S_IFMT
      #expect(code == 0 && kind == S_IFREG, "\(name)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: place("run").path) == ["ssh"])
    #expect(try bench.text("ssh.said").split(separator: "\n").count == 2)
  }

  @Test func aLinkInItsPlaceIsRefusedByTheLauncherAndByASweep() throws {
    mkdir(place("outside").path, 0o700)
    symlink(place("outside").path, place("run/ssh").path)
    let said = try launch("run")
    #expect(said.status == 1 && said.output.contains("run/ssh is a symbolic link"), "\(said)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place("outside").path).isEmpty)
    #expect(!isThere("program.said") && !isThere("ssh.said"))
    let swept = try bench.run(["sweep", place("run.yaml").path, "--workers", "1"])
    #expect(swept.status == 78 && swept.errors.contains("run/ssh is a symbolic link"), "\(swept)")
  }

  @Test(arguments: ["run", "run/ssh"]) func aFolderThatOthersMayWriteIsRefused(_ name: String) throws {
    mkdir(place("run/ssh").path, 0o700)
    chmod(place(name).path, 0o770)
    let said = try launch("run")
    #expect(said.status == 1 && said.output.contains("\(name) can be written by others"), "\(said)")
    #expect(!isThere("program.said") && !isThere("run/ssh/settings"))
  }

  @Test func aRunFolderMayHaveAnyName() throws {
    let name = "it's a \"run\" of $HOME & `more`\nin two lines\n"
    let said = try launch(name)
    #expect(said.status == 0, "\(said)")
    #expect(isThere("\(name)/ssh/over") && isThere("\(name)/ssh/settings"))
    let programs = try bench.text("program.said").split(separator: "\n")
    #expect(programs.count { $0 == "worker" } == 2, "\(programs): \(said)")
    #expect(!said.output.contains("not found") && !said.output.contains("No such file"), "\(said)")
  }

  @Test(arguments: ["first two", "-oProxyCommand=x 1", "", "# nobody"])
  func aListOfMachinesThatIsNoneIsRefused(hosts: String) throws {
    try Data("\(hosts)\n".utf8).write(to: place("hosts"))
    let said = try launch("other")
    #expect(said.status == 64 && said.output.contains("hosts"), "\(said)")
    #expect(!isThere("other"))
  }
}
