import Foundation
import GRDB

extension Ledger {
  /// A random identifier of this sweep, created on the first call. It keeps a worker from delivering results to
  /// another sweep that it finds at the same address.
  public func sweepID() throws -> String {
    let key = "sweep_id"
    return try transaction(.note) { database in
      if let id = try String.fetchOne(database, sql: "SELECT value FROM note WHERE key = ?", arguments: [key]) {
        return id
      }
      let id = UUID().uuidString.lowercased()
      try database.execute(sql: "INSERT INTO note VALUES (?, ?)", arguments: [key, id])
      return id
    }
  }
}
