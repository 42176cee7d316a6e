import Foundation
import Jobs
import Testing

@testable import Slurm

/// What is asked of Slurm, and what its jobs are told.
@Suite struct SubmissionTests {
  private let folder: URL
  private let job: Job

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "slurm-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "it's an archive"), withIntermediateDirectories: true)
    let file = folder.appending(path: "job.yaml")
    try Data("archive: it's an archive\nrun: the run\n".utf8).write(to: file)
    job = try Job(contentsOf: file)
  }

  private func submission(
    _ form: Submission.Form, site: SlurmSite = SlurmSite(), nodes: Int = 4, firstNode: Int = 1
  ) throws -> Submission {
    Submission(
      job: job, site: site, form: form, nodes: nodes, time: try #require(SlurmTime("12:00:00")),
      firstNode: firstNode)
  }

  private func site(_ text: String) throws -> SlurmSite {
    let file = folder.appending(path: "site-\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    return try SlurmSite(contentsOf: file)
  }

  @Test func oneJobAsksForAllItsNodesAndOutlivesOne() throws {
    let requests = try submission(.oneJob).requests
    #expect(requests.map(\.role) == [.sweep])
    let words = requests[0].arguments
    for word in ["--nodes=4", "--no-kill", "--exclusive", "--time=12:00:00", "--requeue", "--signal=B:USR1@180"] {
      #expect(words.contains(word), "\(word)")
    }
    #expect(words.suffix(2) == [job.run.path + "/slurm/sweep.sbatch", job.run.path + "/slurm/settings"])
  }

  @Test func anElasticSweepAsksForASmallCoordinatorAndNodesApart() throws {
    var site = SlurmSite()
    (site.partition, site.coordinatorPartition, site.account) = ("short", "long", "me")
    (site.cpusPerNode, site.cpusPerWorker, site.memoryPerCPUMegabytes) = (48, 2, 4000)
    site.options = ["--mail-type=FAIL"]
    let requests = try submission(.elastic, site: site).requests
    #expect(requests.map(\.role) == [.coordinator, .workers])
    let (coordinator, workers) = (requests[0].arguments, requests[1].arguments)
    for word in ["--partition=long", "--account=me", "--nodes=1", "--ntasks=1", "--cpus-per-task=2"] {
      #expect(coordinator.contains(word), "\(word)")
    }
    for word in [
      "--partition=short", "--array=1-4", "--nodes=1", "--ntasks-per-node=24", "--cpus-per-task=2",
      "--mem-per-cpu=4000M", "--mail-type=FAIL",
    ] {
      #expect(workers.contains(word), "\(word)")
    }
    #expect(!workers.contains("--no-kill") && !coordinator.contains { $0.hasPrefix("--array") })
  }

  @Test func nodesThatJoinHaveNumbersOfTheirOwn() throws {
    let requests = try submission(.moreWorkers, nodes: 3, firstNode: 5).requests
    #expect(requests.map(\.role) == [.workers])
    #expect(requests[0].arguments.contains("--array=5-7"))
  }

  @Test func theSettingsComeThroughAShellAsTheyWere() throws {
    var site = SlurmSite()
    site.setup = ["export MADE=$((1 + 1))"]
    site.scratch = "${NOWHERE:-/scratch}/me"
    let file = folder.appending(path: "settings")
    let volcsweep = "/opt/it's $HOME `here`/volcsweep"
    try Data(try submission(.oneJob, site: site).settings(volcsweep: volcsweep).utf8).write(to: file)
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = [
      "-uc", #". "$0"; printf '%s\n' "$volcsweep" "$job" "$run" "$over" "$scratch" "$listen" "$MADE""#, file.path,
    ]
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    let expected = [
      volcsweep, job.file.path, job.run.path, job.run.path + "/slurm/over", "/scratch/me", "tcp://*:0", "2",
    ]
    #expect(said.split(separator: "\n").map(String.init) == expected)
  }

  @Test func aSitesSettingsAreReadAndItsMistakesAreNamedWithTheirLines() throws {
    let read = try site(
      "partition: short\nmodules: [hdf5/1.10, zeromq]\ncpus-per-node: 48\nscratch: $TMPDIR\nlog-format: json\n")
    #expect(read.partition == "short" && read.modules == ["hdf5/1.10", "zeromq"] && read.cpusPerNode == 48)
    #expect(read.scratch == "$TMPDIR" && read.logsJSON && read.timeoutSeconds == 3600)
    #expect(try site("timeout-seconds: 60\n").timeoutSeconds == 60)
    #expect(try site("patience-seconds: 60\n").timeoutSeconds == 60)
    let error = #expect(throws: JobError.self) {
      try site("partitoin: short\ncpus-per-node: 2\ncpus-per-worker: 4\nscratch: $(rm -r /)\nmodules: [a b]\n")
    }
    let lines = error?.problems.compactMap(\.line) ?? []
    #expect(lines == [1, 3, 4, 5], "\(String(describing: error))")
  }

  /// Slurm expands patterns in the name of a job's output.
  @Test func aPercentSignInTheRunFolderIsNoPattern() throws {
    let file = folder.appending(path: "percent.yaml")
    try Data("archive: it's an archive\nrun: 100%j\n".utf8).write(to: file)
    let submission = Submission(
      job: try Job(contentsOf: file), site: SlurmSite(), form: .oneJob, nodes: 1,
      time: try #require(SlurmTime("10")))
    let run = submission.job.run.deletingLastPathComponent().path
    #expect(submission.requests[0].arguments.contains("--output=\(run)/100%%j/logs/slurm-sweep-%j.out"))
    #expect(submission.requests[0].arguments.last == "\(run)/100%j/slurm/settings")
  }

  @Test(arguments: ["partition", "scratch", "listen"])
  func anEmptySettingOfASiteIsRefused(key: String) throws {
    let error = #expect(throws: JobError.self) { try site("cpus-per-node: 2\n\(key): ''\n") }
    #expect(error?.problems.first?.description == "line 2: \(key): is empty")
  }

  @Test func theExampleOfASiteIsOne() throws {
    let example = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../cluster/slurm/site.example").standardized
    let text = try String(contentsOf: example, encoding: .utf8)
    #expect(try site(text) == SlurmSite())
    // What is commented out is right, too.
    let all = text.split(separator: "\n").compactMap { line -> Substring? in
      guard line.hasPrefix("# "), let colon = line.firstIndex(of: ":") else { return nil }
      let key = line.dropFirst(2).prefix { $0 != ":" }
      guard colon > line.startIndex, key.allSatisfy({ $0.isLowercase || $0 == "-" }) else { return nil }
      return line.dropFirst(2)
    }.filter { !$0.hasPrefix("setup") }
    #expect(all.count > 12)
    let full = try site(all.joined(separator: "\n"))
    #expect(full.partition == "short-serial" && full.listen == "tcp://*:0" && full.scratch == SlurmSite().scratch)
  }

  @Test func theJobForClustersIsOne() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../jobs/global-sweep.yaml")
    let copy = folder.appending(path: "jobs/global-sweep.yaml")
    for name in ["jobs", "archive"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(at: file.standardized, to: copy)
    let job = try Job(contentsOf: copy)
    #expect(job.run.lastPathComponent == "global" && job.scheduling.silenceSeconds == 60)
  }
}
