import Foundation
import Testing

/// Sweeps on a real Slurm, whose nodes and jobs come and go.
@Suite(.serialized) struct SlurmSweepTests {
  @Test(.named("slurm-one-job")) func aSweepInOneJobEndsWithTheSameBytesThoughANodeIsKilled() throws {
    guard let slurm = try SlurmCase.ifPossible("slurm-one-job") else { return }
    let jobs = try slurm.submit(["--nodes", "3"])
    #expect(Array(jobs.keys) == ["sweep"])
    try slurm.waitUntil(done: 0.2)
    let status = try slurm.status()
    #expect(status.contains("RUNNING") && status.contains("running, coordinator"), "\(status)")
    // The first node has the coordinator.
    try slurm.slurm.killNode("n3")
    slurm.chaos.count("nodes killed")
    try slurm.expectUnharmed()
  }

  @Test(.named("slurm-elastic")) func anElasticSweepLosesANodeAndAJobAndNoInterferogram() throws {
    guard let slurm = try SlurmCase.ifPossible("slurm-elastic") else { return }
    let jobs = try slurm.submit(["--elastic", "--nodes", "2"])
    let coordinator = try #require(jobs["coordinator"])
    let workers = try #require(jobs["workers"])
    try slurm.waitUntil(done: 0.1)
    // Grows.
    let more = try #require(try slurm.submit(["--more-workers", "--nodes", "1"])["workers"])
    try slurm.waitUntil(done: 0.25)
    let queue = try slurm.queue()
    let home = queue.first { $0.id == coordinator }?.nodes
    let victim = try #require(
      queue.first { $0.id.hasPrefix("\(workers)_") && $0.nodes != home && !$0.nodes.isEmpty })
    try slurm.slurm.killNode(victim.nodes)
    slurm.chaos.count("nodes killed")
    let log = "slurm-coordinator-\(coordinator).out"
    let key = try #require(victim.id.split(separator: "_").last)
    func missed() -> [Substring] {
      slurm.log(log).split(separator: "\n").filter { $0.contains("worker given up") }
    }
    try until("the node's workers are missed") { missed().contains { $0.contains("worker-\(key)@") } }
    try slurm.slurm.run(["scancel", "\(more)_3"])
    slurm.chaos.count("jobs cancelled")
    try slurm.expectUnharmed()
    // Who is asked to leave returns what he has, and nobody has to wait for him.
    #expect(!missed().contains { $0.contains("worker-3@") }, "\(slurm.log(log))")
  }
}

extension SlurmCase {
  /// - Returns: `nil`, and says why, where there can be no cluster.
  static func ifPossible(_ name: String, settings: String = "", networks: NetworkNamespaces? = nil) throws
    -> SlurmCase?
  {
    do {
      return try SlurmCase(name, settings: settings, networks: networks)
    } catch let error as NotPossible {
      print("skipped: \(error)")
      return nil
    }
  }

  /// What `volcsweep slurm status` prints.
  func status() throws -> String {
    let before = chaos.bench.said.count
    let program = try chaos.bench.start(
      ["slurm", "status", chaos.bench.run.path], environment: slurm.environment)
    #expect(try program.wait() == .exited(0), "\(chaos.bench.errors)")
    return String(chaos.bench.said.dropFirst(before))
  }
}
