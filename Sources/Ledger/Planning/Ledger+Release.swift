import GRDB
import Interferometry

extension Ledger {
  /// Reopens quarantined interferograms, outside of any unit, so that the next start of the sweep puts them
  /// into new units without blame.
  ///
  /// - Parameters:
  ///   - numbers: the interferograms; `nil` for all quarantined ones.
  ///   - cause: who releases them and why, stored with the withdrawal.
  /// - Returns: the number released.
  /// - Throws: ``LedgerError``; none is released then.
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

  /// Numbers of the quarantined interferograms, in plan order.
  public func quarantined() throws -> [Int] {
    try reading {
      try Int.fetchAll($0, sql: "SELECT number FROM interferogram WHERE outcome = 3 ORDER BY number")
    }
  }
}
