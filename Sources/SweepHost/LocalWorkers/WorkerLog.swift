import Coordination
import Files
import Foundation
import Names
import SystemPackage
import WorkerTraces

/// The file for standard output and error of a slot's worker.
///
/// It is locked, and the lock goes along with the descriptors that the worker inherits: from before it exists until
/// it ends the file tells that the slot is taken, also when the coordinator is killed before the worker has said
/// so itself. Where the file system knows no such locks, it says so by ``WorkerTraces/WorkerSlots`` alone, a moment
/// later.
struct WorkerLog {
  /// Open for appending, for the process to inherit.
  let descriptor: FileDescriptor
  private let path: String
  private let start: Int64

  /// Opens the log; a log that has grown too long is renamed first, replacing the previous one.
  init(_ logs: URL, slot: Int) throws {
    path = logs.appending(path: WorkerFiles.log(ofSlot: slot)).path
    var status = stat()
    if stat(path, &status) == 0, status.st_size > WorkerFiles.logTurnBytes {
      rename(path, logs.appending(path: WorkerFiles.earlierLog(ofSlot: slot)).path)
    }
    try OwnFolder.check(file: URL(fileURLWithPath: path))
    descriptor = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec, .noFollow],
      permissions: [.ownerReadWrite])
    flock(descriptor.rawValue, LOCK_EX | LOCK_NB)
    start = try descriptor.seek(offset: 0, from: .end)
  }

  /// Whether a worker started in this slot, by any coordinator, is still running.
  static func isHeld(_ logs: URL, slot: Int) -> Bool {
    let path = logs.appending(path: WorkerFiles.log(ofSlot: slot)).path
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// The last lines that were written since this worker's start, or the reason that Swift gave for a trap, at most
  /// ``Coordination/ProcessEnd/logTailCharacters``.
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
    return String(said.joined(separator: " | ").suffix(ProcessEnd.logTailCharacters))
  }
}
