import Foundation
import GRDB

extension Ledger {
  /// A random word that tells this sweep from every other, made at the first call: a worker that meets another one at
  /// the same address must not deliver there what it computed here.
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
