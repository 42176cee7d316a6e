import Foundation
import Testing

/// The thin launchers, with the real program.
@Suite(.serialized) struct LauncherTests {
  private static let cluster = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../cluster").standardized

  /// What plays ssh runs the command here, as a login shell would.
  @Test func aSweepOverSSHGivesTheSameBytesAndLeavesNobodyBehind() throws {
    // So many that the first of the workers cannot have done all before the others have joined.
    let bench = try SweepBench(stacks: 2, pairs: 160)
    #expect(try bench.run(["sweep", bench.job("local", "unit-size: 2\n").path, "--workers", "1"]).status == 0)
    let ssh = bench.folder.appending(path: "ssh")
    try Data(
      "#!/bin/bash\n[ \"$1\" = -n ] && shift\necho \"$1\" >> \"$0.hosts\"\nshift\nexec bash -c \"$*\"\n".utf8
    )
    .write(to: ssh)
    chmod(ssh.path, 0o700)
    let hosts = bench.folder.appending(path: "hosts")
    try Data("# machines and workers\nfirst 1\n\nsecond 2\n".utf8).write(to: hosts)
    let run = bench.folder.appending(path: "remote")
    let process = Process()
    process.executableURL = Self.cluster.appending(path: "ssh/sweep.sh")
    process.arguments = [try bench.job("remote", "unit-size: 2\n").path, run.path, hosts.path, "--verbose"]
    process.environment = bench.environment.merging([
      "VOLCSWEEP": SweepBench.executable.path, "SSH": ssh.path, "LISTEN": "tcp://localhost:0",
    ]) { $1 }
    let said = bench.folder.appending(path: "said")
    try Data().write(to: said)
    process.standardOutput = try FileHandle(forWritingTo: said)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    let text = try bench.text("said")
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.contains("worker joined, worker worker-1@") && text.contains("worker joined, worker worker-2@"))
    #expect(try bench.text("ssh.hosts").split(separator: "\n").sorted() == ["first", "second", "second"])
    #expect(try bench.results("remote") == bench.results("local"))
    let names = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int32($0) != nil }
    let left = names.filter {
      let words = FileManager.default.contents(atPath: "/proc/\($0)/cmdline") ?? Data()
      return String(decoding: words, as: UTF8.self).contains("\(run.path)/")
    }
    #expect(left.isEmpty)
  }

  @Test func withoutItsArgumentsTheLauncherSaysWhatItWants() throws {
    let process = Process()
    process.executableURL = Self.cluster.appending(path: "ssh/sweep.sh")
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 64 && said.contains("sweep.sh JOB.yaml RUN HOSTS"))
  }
}
