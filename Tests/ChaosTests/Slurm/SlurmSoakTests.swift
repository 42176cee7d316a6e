import Foundation
import Testing

extension SlurmSweepTests {
  @Test(.named("slurm-preemption"), .onlyInLongForm)
  func whoIsPreemptedComesBackAndGoesOn() throws {
    guard let slurm = try SlurmCase.ifPossible("slurm-preemption") else { return }
    _ = try slurm.submit(["--elastic", "--nodes", "2"])
    for fraction in [0.1, 0.3] {
      try slurm.waitUntil(done: fraction)
      // All nodes are wanted by somebody more important, the coordinator's too.
      try slurm.slurm.run([
        "sbatch", "--partition=urgent", "--nodes=3", "--exclusive", "--output=/dev/null", "--wrap=sleep 5",
      ])
      try until("the sweep's jobs wait") { try !slurm.queue().contains { $0.isOfSweep && $0.state == "RUNNING" } }
      slurm.chaos.count("preemptions")
      try until("they run again") { try slurm.queue().contains { $0.isOfSweep && $0.state == "RUNNING" } }
    }
    try slurm.expectUnharmed()
    #expect(slurm.chaos.bench.ledger.epochs >= 3)
  }

  @Test(.named("slurm-time-limit"), .onlyInLongForm)
  func jobsAtTheirTimeLimitHandOverToThemselves() throws {
    guard let slurm = try SlurmCase.ifPossible("slurm-time-limit") else { return }
    let jobs = try slurm.submit(["--elastic", "--nodes", "1"], minutes: 1)
    try slurm.expectUnharmed()
    let log = slurm.log("slurm-coordinator-\(try #require(jobs["coordinator"])).out")
    #expect(log.contains("the time limit is near: handing over") && log.contains("restart 1"), "\(log)")
    #expect(slurm.chaos.bench.ledger.epochs >= 2)
    slurm.chaos.count("time limits", slurm.chaos.bench.ledger.epochs - 1)
  }

  @Test(.named("slurm-one-job-time-limit"), .onlyInLongForm)
  func oneJobAtItsTimeLimitContinuesUnderItsNumber() throws {
    guard let slurm = try SlurmCase.ifPossible("slurm-one-job-time-limit") else { return }
    let jobs = try slurm.submit(["--nodes", "1"], minutes: 1)
    try slurm.expectUnharmed()
    let log = slurm.log("slurm-sweep-\(try #require(jobs["sweep"])).out")
    #expect(log.contains("back to the queue") && log.contains("restart 1"), "\(log)")
    slurm.chaos.count("time limits", slurm.chaos.bench.ledger.epochs - 1)
  }

  @Test(.named("slurm-late-coordinator"), .onlyInLongForm)
  func workersThatStartFirstWaitForTheirCoordinator() throws {
    guard let slurm = try SlurmCase.ifPossible("slurm-late-coordinator", settings: "coordinator-partition: later")
    else { return }
    let jobs = try slurm.submit(["--elastic", "--nodes", "3"])
    let workers = SlurmCase.workersPerNode * 3
    try until("the workers wait") { ProcessEntry.workers(of: slurm.chaos.bench.folder).count == workers }
    let coordinator = try #require(jobs["coordinator"])
    #expect(try slurm.queue().first { $0.id == coordinator }?.state == "PENDING")
    try slurm.slurm.run(["scontrol", "update", "PartitionName=later", "State=UP"])
    slurm.chaos.count("late coordinators")
    try slurm.expectUnharmed()
  }

  @Test(.named("slurm-networks"), .onlyInLongForm)
  func aNodeThatIsCutOffAndComesBackCostsNothing() throws {
    let networks: NetworkNamespaces
    do {
      networks = try NetworkNamespaces(3, tag: try ChaosRoot.shared().tag)
    } catch let error as NotPossible {
      return print("skipped: \(error)")
    }
    // Each node's interface has the same name and an address of its own.
    let settings = "listen: tcp://inside:0"
    guard let slurm = try SlurmCase.ifPossible("slurm-networks", settings: settings, networks: networks) else {
      return
    }
    let jobs = try slurm.submit(["--elastic", "--nodes", "3"])
    let coordinator = try #require(jobs["coordinator"])
    try slurm.waitUntil(done: 0.2)
    let home = try slurm.queue().first { $0.id == coordinator }?.nodes
    let victim = try #require((0..<3).first { "n\($0 + 1)" != home })
    try networks.set(victim, up: false)
    slurm.chaos.count("nodes cut off")
    let log = "slurm-coordinator-\(coordinator).out"
    try until("the node's workers are missed") { slurm.log(log).contains("worker given up") }
    try networks.set(victim, up: true)
    try slurm.expectUnharmed()
    #expect(slurm.log(log).contains("@"), "workers go by their keys")
    withExtendedLifetime(networks) {}
  }
}

extension Trait where Self == ConditionTrait {
  /// A case that takes minutes.
  fileprivate static var onlyInLongForm: Self {
    .enabled("only in the long form", { ChaosSettings.isLong })
  }
}
