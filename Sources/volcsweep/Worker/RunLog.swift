import Files
import Foundation
import StandardStreams
import Synchronization
import Work
import WorkerTraces

/// Redirects a worker's standard output and error to a file in its run folder.
enum RunLog {
  private static let taken = Mutex<String?>(nil)

  /// Redirects both; if the file cannot be created, nothing changes.
  static func take(run: URL, process: WorkerProcess) {
    let logs = run.appending(path: "logs")
    // A worker may start before the first coordinator.
    do {
      try OwnFolder.make(run)
      try OwnFolder.make(logs, isInside: true)
    } catch {
      return Terminal.say("volcsweep worker: \(error)")
    }
    let path = logs.appending(path: WorkerFiles.log(ofHost: process.host, pid: process.pid)).path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      return Terminal.say(
        "volcsweep worker: \(path) cannot be created: \(String(cString: strerror(errno)))", .warning)
    }
    dup2(descriptor, STDOUT_FILENO)
    StandardError.redirect(to: descriptor)
    close(descriptor)
    WorkerProcess.boundLog(limitBytes: WorkerFiles.logLimitBytes)
    taken.withLock { $0 = path }
  }

  /// Removes the file of a worker that ended normally without output.
  static func leave() {
    guard let path = taken.withLock({ $0 }) else { return }
    var status = stat()
    if fstat(StandardError.descriptor, &status) == 0, status.st_size == 0 { unlink(path) }
  }

  /// The logs in a run folder of workers named in a text, as `HOST:PID` or `KEY@HOST:PID`, each once.
  static func files(namedIn text: String, run: String) -> [String] {
    var found: [String] = []
    for word in text.split(whereSeparator: { " ,;()".contains($0) }) {
      let parts = (word.split(separator: "@").last ?? word).split(separator: ":")
      guard parts.count == 2, let pid = Int32(parts[1]) else { continue }
      let path = "\(run)/logs/\(WorkerFiles.log(ofHost: String(parts[0]), pid: pid))"
      if !found.contains(path), FileManager.default.fileExists(atPath: path) { found.append(path) }
    }
    return found
  }
}
