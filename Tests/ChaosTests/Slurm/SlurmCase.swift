import Foundation
import Testing

/// One sweep that a cluster of its own runs, under one kind of trouble.
final class SlurmCase {
  /// A coordinator takes one of the CPUs of one node.
  static let cpusPerNode = 3
  static let workersPerNode = 2

  let chaos: ChaosCase
  let slurm: PrivateSlurm
  private let site: URL
  private var scratch: URL { chaos.bench.folder.appending(path: "scratch") }

  /// - Parameters:
  ///   - name: as the table has it.
  ///   - settings: lines of the site's settings besides the usual ones.
  ///   - networks: a network of its own for each node.
  /// - Throws: ``NotPossible`` where there can be no cluster.
  init(_ name: String, settings: String = "", networks: NetworkNamespaces? = nil) throws {
    // Before any sweep is spent on it.
    try PrivateSlurm.check()
    chaos = try ChaosCase(name)
    site = chaos.bench.folder.appending(path: "site.yaml")
    slurm = try PrivateSlurm(
      nodes: 3, cpus: Self.cpusPerNode, in: chaos.bench.folder.appending(path: "cluster"), networks: networks)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let lines = """
      scratch: \(scratch.path)
      cpus-per-node: \(Self.workersPerNode)
      coordinator-cpus: 1
      warning-seconds: 30
      timeout-seconds: 120
      \(settings)
      """
    try Data(lines.utf8).write(to: site)
  }

  deinit { slurm.end() }

  /// Submits the case's job by the program under test.
  ///
  /// - Returns: the numbers of the jobs, by what they do.
  func submit(_ words: [String], minutes: Int = 30) throws -> [String: String] {
    let all = ["slurm", "submit", try job(), "--site", site.path, "--time", "\(minutes)"] + words
    let before = chaos.bench.said.count
    let submit = try chaos.bench.start(all, environment: slurm.environment)
    #expect(try submit.wait() == .exited(0), "\(chaos.bench.errors)")
    let pairs = chaos.bench.said.dropFirst(before).split(separator: "\n").map { $0.split(separator: " ") }
    return Dictionary(pairs.map { (String($0[0]), String($0[1])) }, uniquingKeysWith: { _, last in last })
  }

  private func job() throws -> String {
    try chaos.bench.job(
      """
      unit-size: 4
      scheduling:
        heartbeat-seconds: 0.2
        silence-seconds: 3
        losses-before-quarantine: 50
      """)
  }

  /// The ledger as its coordinator writes it, on what plays the node's own disk.
  var ledger: LedgerProbe {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: scratch.path)) ?? []
    return LedgerProbe(path: scratch.appending(path: "\(folders.first ?? "")/ledger.sqlite").path)
  }

  /// Blocks until a share of the interferograms has outcomes.
  func waitUntil(done fraction: Double) throws {
    let planned = Double(chaos.baseline.results.interferograms.count)
    try until("a fraction of \(fraction) is done", everyMilliseconds: 50) {
      Double(ledger.counts?.done ?? 0) >= planned * fraction
    }
  }

  /// A job in the queue, or an element of an array.
  struct QueuedJob {
    let id: String
    let state: String
    /// Empty while it waits.
    let nodes: String
    let isOfSweep: Bool
  }

  func queue() throws -> [QueuedJob] {
    let text = try slurm.run(["squeue", "--noheader", "--array", "--format=%i|%T|%N|%j"])
    return text.split(separator: "\n").map { line in
      let words = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      return QueuedJob(id: words[0], state: words[1], nodes: words[2], isOfSweep: words[3].hasPrefix("volcsweep"))
    }
  }

  /// Waits until the queue is empty, and looks at what the sweep left.
  func expectUnharmed() throws {
    do {
      try until("the queue is empty", everyMilliseconds: 200) { try queue().isEmpty }
    } catch {
      Issue.record("\(error): \(try queue()) \(jobLogs)")
    }
    let isLedgerHome = (LedgerProbe(path: chaos.bench.run.appending(path: "ledger.sqlite").path).counts?.open) == 0
    #expect(isLedgerHome, "\(jobLogs)")
    try chaos.expectUnharmed(.exited(0))
  }

  /// One of the run's logs.
  func log(_ name: String) -> String {
    (try? String(contentsOf: chaos.bench.run.appending(path: "logs/\(name)"), encoding: .utf8)) ?? ""
  }

  /// What the jobs' scripts and coordinators said.
  var jobLogs: String {
    let logs = chaos.bench.run.appending(path: "logs")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: logs.path)) ?? []
    return names.sorted().filter { $0.hasSuffix(".out") }.map { name in
      let text = (try? String(contentsOf: logs.appending(path: name), encoding: .utf8)) ?? ""
      return "\n\(name):\n\(chaos.bench.tail(of: text))"
    }.joined()
  }
}
