import Foundation
import Testing

/// `volcsweep slurm submit` with programs that play Slurm's.
@Suite(.serialized) struct SlurmSubmitTests {
  private let bench: SweepBench

  init() throws {
    bench = try SweepBench(stacks: 0, pairs: 0)
    try FileManager.default.createDirectory(
      at: bench.folder.appending(path: "bin"), withIntermediateDirectories: true)
    try play("squeue", "")
    try play("scancel", #"echo "$@" >> scancelled"#)
    bench.furtherEnvironment["PATH"] =
      "\(bench.folder.path)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    _ = try bench.job("run")
  }

  private func play(_ program: String, _ script: String) throws {
    let file = bench.folder.appending(path: "bin/\(program)")
    try Data("#!/bin/bash\n\(script)\n".utf8).write(to: file)
    chmod(file.path, 0o700)
  }

  private func submit(_ options: String = "") throws -> (status: Int32, output: String) {
    let cluster = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../cluster")
      .standardized
    return try bench.shell(
      "timeout 60 $V slurm submit run.yaml --nodes 2 --time 1:00:00 \(options) --scripts \(cluster.path)")
  }

  private var noted: String { (try? bench.text("run/slurm/jobs")) ?? "" }

  @Test(arguments: [
    "echo 'sbatch: no partition specified, using short'; echo 789", "echo 789; echo 'Thank you for using 12 GPUs'",
    "echo '*** maintenance on 2027-01-01 ***' >&2; echo '789;cluster-1'", "echo Submitted batch job 789",
    #"printf '789\r\n'"#, "echo 123 jobs are queued; echo 789; (sleep 20 &)",
    "head -c 1000000 /dev/zero | tr '\\0' e >&2; echo 789", "echo 789; yes & exit 0",
    "echo 789; for i in {1..3000}; do echo x; sleep 0.01; done & exit 0",
  ])
  func theJobsNumberIsFoundInWhateverASitePrints(script: String) throws {
    try play("sbatch", script)
    let said = try submit()
    #expect(said.status == 0, "\(said)")
    #expect(noted.split(separator: " ").dropFirst().first == "789", "\(script): \(noted)")
  }

  @Test func aJobWhoseNumberIsNotPrintedIsSaidToBePossible() throws {
    try play("sbatch", "echo all is well")
    let said = try submit()
    #expect(said.status == 1 && said.output.contains("may have been submitted"), "\(said)")
  }

  @Test func aCoordinatorWhoseWorkersAreRefusedIsCancelled() throws {
    try play("sbatch", #"case "$*" in *--array*) echo "Invalid account" >&2; exit 1;; esac; echo 4711"#)
    let said = try submit("--elastic")
    #expect(said.status == 1 && said.output.contains("Invalid account"), "\(said)")
    #expect(said.output.contains("job 4711, submitted just before, was cancelled"))
    #expect(try bench.text("scancelled") == "4711\n")
    #expect(noted.isEmpty)
    try play("scancel", "echo 'not today' >&2; exit 1")
    let left = try submit("--elastic")
    #expect(left.output.contains("could not be cancelled") && left.output.contains("scancel 4711"), "\(left)")
    #expect(noted.contains("4711"))
  }

  /// Runs the coordinator's job, as Slurm would: who is requeued is killed.
  private func runCoordinator() throws -> (status: Int32, output: String) {
    try play("sleep", "kill -KILL $PPID")
    return try bench.shell(
      "SLURM_JOB_ID=4711 timeout 60 bash run/slurm/coordinator.sbatch run/slurm/settings; echo \"ended $?\"")
  }

  private func isThere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: bench.folder.appending(path: name).path)
  }

  @Test func aCoordinatorWithoutItsArchiveGoesBackToTheQueueAndItsWorkersAreLeftAlone() throws {
    try play("sbatch", #"case "$*" in *--array*) echo 4712;; *) echo 4711;; esac"#)
    try play("scontrol", #"echo "$@" >> requeued"#)
    #expect(try submit("--elastic").status == 0)
    let away = bench.folder.appending(path: "away")
    try FileManager.default.moveItem(at: bench.archive, to: away)
    for tries in 1...10 {
      let said = try runCoordinator()
      let requeued = try bench.text("requeued").split(separator: "\n").map(String.init)
      #expect(requeued == Array(repeating: "requeue 4711", count: tries), "\(said)")
      #expect(!isThere("run/slurm/over") && !isThere("scancelled"), "\(said)")
    }
    // Not for ever.
    let last = try runCoordinator()
    #expect(last.output.contains("ended 1\n"), "\(last)")
    #expect(try bench.text("requeued").split(separator: "\n").count == 10)
    #expect(isThere("run/slurm/over"))
    #expect(try bench.text("scancelled") == "--quiet 4712\n")
  }

  @Test func aCoordinatorWhoseJobIsWrongEndsItsWorkersAtOnceAndFollowsNoLink() throws {
    try play("sbatch", #"case "$*" in *--array*) echo 4712;; *) echo 4711;; esac"#)
    try play("scontrol", #"echo "$@" >> requeued"#)
    #expect(try submit("--elastic").status == 0)
    let outside = bench.folder.appending(path: "outside")
    try Data("mine".utf8).write(to: outside)
    symlink(outside.path, bench.folder.appending(path: "run/slurm/over").path)
    _ = try bench.job("run", "workrs: 1\n")
    let said = try runCoordinator()
    #expect(said.output.contains("ended 78\n"), "\(said)")
    #expect(!isThere("requeued"))
    #expect(try bench.text("scancelled") == "--quiet 4712\n")
    #expect(try bench.text("outside") == "mine")
    #expect(try bench.text("run/slurm/over").isEmpty)
  }

  @Test func aSitesOwnLinesMayUseWhatIsNotSetAndLeaveTheSettingsAlone() throws {
    try play("sbatch", "echo 1")
    let site = bench.folder.appending(path: "site.yaml")
    try Data(
      """
      modules: [hdf5/1.10]
      setup:
        - export LD_LIBRARY_PATH=$HOME/zeromq/lib:$SURELY_NOT_SET_ANYWHERE
        - "false"
        - run=/elsewhere job=other over= volcsweep=/bin/false
        - set -eu; IFS=x

      """.utf8
    ).write(to: site)
    #expect(try submit("--site site.yaml").status == 0)
    let said = try bench.shell(
      #"set -u; . run/slurm/settings; set +u; printf '%s\n' "$-" "$run" "$LD_LIBRARY_PATH" "${IFS+set}""#)
    let lines = said.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(!said.output.contains("unbound"), "\(said)")
    #expect(lines.contains(bench.folder.appending(path: "run").path), "\(said)")
    #expect(lines.contains { $0.hasSuffix("/zeromq/lib:") }, "\(said)")
  }
}
