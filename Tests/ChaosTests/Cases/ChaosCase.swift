import Foundation
import Testing

/// All cases, one after the other: each wants the machine for itself.
@Suite(.serialized) struct Chaos {}

/// One sweep under one kind of trouble.
final class ChaosCase {
  let name: String
  let baseline: Baseline
  let bench: ChaosBench
  var random: SeededRandom
  /// What was injected, counted by what it is called.
  private var injected: [(what: String, count: Int)] = []
  private let begun = ContinuousClock.now
  private var isSameBytes: Bool?
  private let census: WorkerCensus

  /// - Parameters:
  ///   - name: as the table and `CASE` have it.
  ///   - archive: makes what is swept in the folder it is given; the baseline's archive when `nil`.
  /// - Throws: what making the folder or the baseline throws.
  init(_ name: String, archive: ((URL) throws -> ChaosArchive)? = nil) throws {
    self.name = name
    baseline = try Baseline.shared()
    let folder = try ChaosRoot.shared().folder.appending(path: name)
    bench = try ChaosBench(
      folder: folder, archive: archive?(folder.appending(path: "archive")) ?? baseline.archive,
      model: baseline.model)
    random = SeededRandom(name)
    census = WorkerCensus(of: folder)
    print("chaos \(name): seed \(ChaosSettings.seed)")
  }

  deinit {
    _ = census.end()
    let list = injected.map { "\($0.count) \($0.what)" }.joined(separator: ", ")
    ChaosTable.add(
      ChaosTable.Row(
        name: name, injected: list, happened: SweepHistory(bench).description,
        seconds: (ContinuousClock.now - begun) / .seconds(1), isSameBytes: isSameBytes))
    Leftovers.endProcesses(of: bench.folder)
    Leftovers.unmount(in: bench.folder)
  }

  func count(_ what: String, _ number: Int = 1) {
    if let place = injected.firstIndex(where: { $0.what == what }) {
      injected[place].count += number
    } else {
      injected.append((what, number))
    }
  }

  /// How often something was injected.
  func injections(_ what: String) -> Int { injected.first { $0.what == what }?.count ?? 0 }

  /// What must hold at the end of every case.
  ///
  /// - Parameters:
  ///   - ending: how the last coordinator ended.
  ///   - status: how it should have.
  ///   - expected: the undisturbed results; the baseline's when `nil`.
  ///   - excepted: parts of names of interferograms that the undisturbed results do not have, with a part of the reason
  ///     that the list must give.
  ///   - workers: the most workers that may have been alive at one time.
  /// - Throws: when there is no result to look at.
  func expectUnharmed(
    _ ending: Program.Ending?, status: Int32 = 0, expected: SweepResults? = nil, excepted: [String: String] = [:],
    workers: Int = ChaosSettings.workers
  ) throws {
    let said = bench.tail(of: bench.errors)
    #expect(ending == .exited(status), "\(name): \(said)\n\(bench.workerLogs)")
    try until("no worker of \(name) is left", within: 150) { ProcessEntry.workers(of: bench.folder).isEmpty }
    #expect(census.end() <= workers, "\(name): so many workers at one time")
    let counts = try #require(bench.ledger.counts)
    #expect(counts.open == 0)
    let results = try bench.results()
    #expect(results.interferograms.count == counts.planned && results.repeated.isEmpty)
    isSameBytes = ResultComparison(
      expected: expected ?? baseline.results, found: results, excepted: excepted
    ).report(name)
  }
}
