import Files
import Foundation
import Messaging
import Names
import SystemPackage

/// The file for standard output and error of a slot's worker.
///
/// The file is locked, and the worker inherits the descriptor with the lock: the slot is marked as taken from
/// before the process exists until it ends, even if the coordinator is killed before the worker has locked its
/// slot. On file systems without such locks only ``Messaging/WorkerPlaces`` marks it, slightly later.
struct WorkerLog {
  /// Limit of ``tail()``.
  static let tailCharacters = 600

  /// Opened for appending, inherited by the process.
  let descriptor: FileDescriptor
  private let path: String
  private let start: Int64

  /// Opens the log; a log that has grown too long is renamed first, replacing the previous one.
  init(_ logs: URL, place: Int) throws {
    path = logs.appending(path: WorkerFiles.log(ofPlace: place)).path
    var status = stat()
    if stat(path, &status) == 0, status.st_size > WorkerFiles.logTurnBytes {
      rename(path, logs.appending(path: WorkerFiles.earlierLog(ofPlace: place)).path)
    }
    try OwnFolder.check(file: URL(fileURLWithPath: path))
    descriptor = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec, .noFollow],
      permissions: [.ownerReadWrite])
    flock(descriptor.rawValue, LOCK_EX | LOCK_NB)
    start = try descriptor.seek(offset: 0, from: .end)
  }

  /// Whether a worker started in this slot, by any coordinator, is still running.
  static func isHeld(_ logs: URL, place: Int) -> Bool {
    let path = logs.appending(path: WorkerFiles.log(ofPlace: place)).path
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// The last lines written since this worker started, or Swift's message about a trap; at most
  /// ``tailCharacters``.
  func tail() -> String {
    guard let handle = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)) else { return "" }
    defer { try? handle.close() }
    let end = Int64(clamping: (try? handle.seekToEnd()) ?? 0)
    // A log that was truncated meanwhile is shorter than at the start.
    try? handle.seek(toOffset: UInt64(max(start <= end ? start : 0, end - 8192)))
    let bytes = (try? handle.read(upToCount: 8192)) ?? Data()
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map {
      VisibleText.line($0, limit: 8192)
    }
    .filter { !$0.isEmpty }
    let reason = lines.last { $0.contains("Fatal error") }
    let said = reason.map { [$0] } ?? Array(lines.suffix(3))
    return String(said.joined(separator: " | ").suffix(Self.tailCharacters))
  }
}
