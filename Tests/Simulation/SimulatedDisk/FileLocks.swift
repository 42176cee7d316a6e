import GRDBSQLite

/// SQLite's five-step lock of a database file, among the connections of one process.
struct FileLocks {
  private var levels: [ObjectIdentifier: Int32] = [:]

  func level(of holder: AnyObject) -> Int32 { levels[ObjectIdentifier(holder)] ?? SQLITE_LOCK_NONE }

  /// Raises the holder's lock; `false` when another's is in the way.
  mutating func raise(_ holder: AnyObject, to level: Int32) -> Bool {
    guard level > self.level(of: holder) else { return true }
    let others = levels.filter { $0.key != ObjectIdentifier(holder) }.values.max() ?? SQLITE_LOCK_NONE
    switch level {
    case SQLITE_LOCK_SHARED: guard others < SQLITE_LOCK_PENDING else { return false }
    case SQLITE_LOCK_RESERVED: guard others < SQLITE_LOCK_RESERVED else { return false }
    default:
      guard others < SQLITE_LOCK_RESERVED else { return false }
      guard others == SQLITE_LOCK_NONE else {
        levels[ObjectIdentifier(holder)] = SQLITE_LOCK_PENDING
        return false
      }
    }
    levels[ObjectIdentifier(holder)] = level
    return true
  }

  mutating func lower(_ holder: AnyObject, to level: Int32) {
    guard level < self.level(of: holder) else { return }
    levels[ObjectIdentifier(holder)] = level == SQLITE_LOCK_NONE ? nil : level
  }

  /// Whether any connection means to write.
  var isReserved: Bool { levels.values.contains { $0 >= SQLITE_LOCK_RESERVED } }
}
