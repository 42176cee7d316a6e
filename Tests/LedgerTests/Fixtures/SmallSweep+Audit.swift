import GRDB
import SimulatedDisk

@testable import Ledger

extension SmallSweep {
  /// What a ledger lacks or has half of, in words; empty when every promise is kept.
  static func audit(_ ledger: Ledger, _ promises: Promises) throws -> [String] {
    try ledger.database.read { database in
      var faults: [String] = []
      func expect(_ holds: Bool, _ fault: @autoclosure () -> String) { if !holds { faults.append(fault()) } }
      func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql) ?? -1 }
      let integrity = try String.fetchAll(database, sql: "PRAGMA integrity_check")
      expect(integrity.elementsEqual(["ok"]), "integrity: \(integrity)")
      expect(try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") == nil, "a row refers to nothing")
      let (bound, planned) = (
        try count("SELECT count(*) FROM sweep"), try count("SELECT count(*) FROM interferogram")
      )
      expect(
        bound == SmallSweep.identity.entries.count || !promises.isBound && bound == 0,
        "\(bound) entries of the sweep")
      expect(planned == batches || !promises.hasPlan && planned == 0, "\(planned) planned")
      let loose = try count("SELECT count(*) FROM interferogram WHERE unit = 0")
      expect(loose == 0 || !promises.hasUnits && loose == batches, "\(loose) without a unit")
      let epochs = try count("SELECT count(*) FROM epoch")
      expect(epochs == promises.epochs || epochs == promises.epochs + 1, "\(epochs) epochs, not \(promises.epochs)")
      func numbers(_ sql: String) throws -> [Int] { try Int.fetchAll(database, sql: sql) }
      let outcomes = try numbers("SELECT number - 1 FROM interferogram WHERE outcome > 0")
      let executions = try numbers("SELECT number - 1 FROM execution")
      let scores = try numbers("SELECT number - 1 FROM score")
      let steps = try numbers("SELECT attempt FROM transition WHERE detail = 'batch ' || attempt")
      let workers = try numbers("SELECT number - 1 FROM worker WHERE number < 100")
      for index in 0..<batches {
        func count(_ found: [Int]) -> Int { found.count { $0 == index } }
        let parts = [outcomes, executions, scores, steps, workers].map(count)
        let isWhole = parts.elementsEqual([1, 1, index % 5 == 4 ? 0 : 1, 2, 1])
        if index < promises.batches {
          expect(isWhole, "batch \(index) is lost: \(parts)")
        } else {
          expect(isWhole || parts.allSatisfy { $0 == 0 }, "batch \(index) is half there: \(parts)")
        }
      }
      return faults
    }
  }

  /// Goes on with what a ledger still lacks, and says what is missing in the end.
  static func continueSweep(_ disk: SimulatedDisk) throws -> [String] {
    let ledger = try open(disk)
    try ledger.bind(to: identity)
    let pairs = try (0..<self.pairs).map(pair)
    _ = try ledger.plan((0..<stacks).map { (stack($0), pairs) })
    try ledger.planUnits(size: 4)
    let epoch = try ledger.beginEpoch(host: "here", pid: 2)
    for interferogram in try ledger.openInterferograms() {
      var batch = batch(interferogram.number - 1)
      batch.workers[0].number += 100
      try ledger.write(batch, epoch: epoch)
    }
    let counts = try ledger.counts()
    try ledger.close()
    return counts.open == 0 && counts.planned == batches ? [] : ["does not come to an end: \(counts)"]
  }
}
