import GRDB
import Interferometry

extension Ledger {
  /// Opens quarantined interferograms again, each in no unit, so that the next start of the sweep cuts new ones for them
  /// which nothing is held against.
  ///
  /// - Parameters:
  ///   - numbers: which; `nil` for all.
  ///   - cause: who releases them, in words.
  /// - Returns: how many were released.
  /// - Throws: ``LedgerError``; then none was.
  public func release(quarantined numbers: [Int]?, cause: String) throws -> Int {
    let time = Self.now
    return try transaction(.planUnits) { database in
      let quarantined = try Int.fetchAll(
        database, sql: "SELECT number FROM interferogram WHERE outcome = 3 ORDER BY number")
      let meant = numbers.map(Set.init)
      var count = 0
      for number in quarantined where meant?.contains(number) != false {
        if try Self.withdraw(number, cause: cause, time: time, into: 0, database) { count += 1 }
      }
      if count > 0 { try Self.noteOutsideChange(database) }
      return count
    }
  }

  /// The quarantined interferograms, in plan order.
  public func quarantined() throws -> [Int] {
    try reading {
      try Int.fetchAll($0, sql: "SELECT number FROM interferogram WHERE outcome = 3 ORDER BY number")
    }
  }
}
