import Files
import Foundation

/// The file `ledger.place` in a run folder: where a ledger on a machine's local disk is. It exists from the
/// start of the sweep until the run folder's copy is complete.
struct ScratchRecord {
  struct Place: Equatable {
    let host: String
    let path: String
  }

  private static let maximumBytes = 8192

  let file: URL

  init(run: URL) {
    file = run.appending(path: "ledger.place")
  }

  /// - Returns: `nil` if there is none.
  /// - Throws: ``LedgerError`` for a malformed file.
  func read() throws -> Place? {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw LedgerError.notDurable(
        path: file.path, detail: "it cannot be read: \(String(cString: strerror(errno)))")
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let text = String(decoding: try handle.read(upToCount: Self.maximumBytes) ?? Data(), as: UTF8.self)
    var values: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2 { values[parts[0]] = String(parts[1]) }
    }
    guard let host = values["host"], let path = values["ledger"], path.hasPrefix("/") else {
      throw LedgerError.notDurable(
        path: file.path,
        detail: "it does not say where the ledger is; remove it if the run folder's copy is the newest")
    }
    return Place(host: host, path: path)
  }

  /// Durable on return.
  func write(_ place: Place) throws {
    let text = "host \(place.host)\nledger \(place.path)\n"
    try AtomicFile.replace(file.path, with: Array(text.utf8), permissions: 0o600)
  }

  func remove() throws {
    guard unlink(file.path) == 0 else {
      guard errno == ENOENT else { throw FileError("removed", file.path) }
      return
    }
    try AtomicFile.synchronizeFolder(of: file.path)
  }
}
