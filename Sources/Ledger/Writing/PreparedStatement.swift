import Foundation
import GRDB
import GRDBSQLite

/// An SQLite statement with values bound by index; GRDB's arguments cost several times as much per row. Valid
/// inside the closure that provided the connection.
struct PreparedStatement {
  private let connection: OpaquePointer?
  private let statement: OpaquePointer
  /// Keeps the statement alive, as does the connection's cache.
  private let owner: Statement

  init(_ database: Database, _ sql: String) throws {
    owner = try database.cachedStatement(sql: sql)
    connection = database.sqliteConnection
    statement = owner.sqliteStatement
    sqlite3_reset(statement)
  }

  func bind(_ index: Int32, _ value: Int) {
    sqlite3_bind_int64(statement, index, Int64(value))
  }

  func bind(_ index: Int32, _ value: Int64) {
    sqlite3_bind_int64(statement, index, value)
  }

  func bind(_ index: Int32, _ value: Double) {
    sqlite3_bind_double(statement, index, value)
  }

  func bindNull(_ index: Int32) {
    sqlite3_bind_null(statement, index)
  }

  func bind(_ index: Int32, _ text: String) {
    var text = text
    text.withUTF8 { bytes in
      // A null pointer would bind NULL.
      guard let base = bytes.baseAddress else {
        sqlite3_bind_text(statement, index, "", 0, nil)
        return
      }
      base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        _ = sqlite3_bind_text(statement, index, $0, Int32(bytes.count), copied)
      }
    }
  }

  /// Binds a copy of the bytes.
  func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
    if let base = bytes.baseAddress, !bytes.isEmpty {
      sqlite3_bind_blob(statement, index, base, Int32(bytes.count), copied)
    } else {
      sqlite3_bind_zeroblob(statement, index, 0)
    }
  }

  /// Binds bytes without a copy; they must stay valid until ``run()`` returns.
  func bind(_ index: Int32, staying bytes: UnsafeRawBufferPointer) {
    if let base = bytes.baseAddress, !bytes.isEmpty {
      sqlite3_bind_blob(statement, index, base, Int32(bytes.count), nil)
    } else {
      sqlite3_bind_zeroblob(statement, index, 0)
    }
  }

  /// Runs the statement to completion and resets it for the next row.
  ///
  /// - Returns: the number of changed rows.
  @discardableResult
  func run() throws -> Int {
    var code = sqlite3_step(statement)
    while code == SQLITE_ROW { code = sqlite3_step(statement) }
    let changes = Int(sqlite3_changes(connection))
    guard code == SQLITE_DONE else { throw failure() }
    sqlite3_reset(statement)
    return changes
  }

  /// Calls `body` for each row; it reads the columns through this statement.
  func forEachRow(_ body: () throws -> Void) throws {
    defer { sqlite3_reset(statement) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try body()
      case SQLITE_DONE: return
      default: throw failure()
      }
    }
  }

  /// The first column of the first row as an integer; `nil` without a row.
  func firstInteger() throws -> Int64? {
    defer { sqlite3_reset(statement) }
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return sqlite3_column_int64(statement, 0)
    case SQLITE_DONE: return nil
    default: throw failure()
    }
  }

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

  /// The column as text; `nil` for NULL.
  func text(_ column: Int32) -> String? {
    sqlite3_column_text(statement, column).map { String(cString: $0) }
  }

  /// The bytes of the column's text, empty for NULL; valid inside `body`.
  func withBytes<Value>(_ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    let base = sqlite3_column_text(statement, column)
    return body(UnsafeBufferPointer(start: base, count: Int(sqlite3_column_bytes(statement, column))))
  }

  private func failure() -> DatabaseError {
    let error = DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: sqlite3_errmsg(connection).map { String(cString: $0) })
    sqlite3_reset(statement)
    return error
  }
}

/// Tells SQLite to make its own copy (SQLITE_TRANSIENT, a cast that Swift does not import).
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
