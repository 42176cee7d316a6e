import ChildProcesses
import Foundation
import Isolation

/// Runs an ingest in child processes. A file that crashes or blocks a process is rejected with the reason,
/// and the next process continues without it. Calls block.
public final class IngestSupervisor {
  /// Why an ingest ended without a report.
  public struct Failure: Error, CustomStringConvertible {
    /// Message for the user.
    public let description: String
  }

  /// Largest number of consecutive processes that may end at the first file that they open.
  static let earlyDeathLimit = 32

  private let executable: String
  private var request: IngestRequest
  private let isStopped: () -> Bool
  private let progress: (IngestProgress) -> Void
  private var told: Set<IngestReport.Rejection> = []
  private var done = 0
  private var earlyDeaths = 0

  /// - Parameters:
  ///   - executable: Path of this program.
  ///   - request: What to ingest.
  ///   - isStopped: Called several times a second; true ends the ingest after publishing what is complete.
  ///   - progress: Called several times a second, and for every rejected file.
  public init(
    executable: String, request: IngestRequest, isStopped: @escaping () -> Bool,
    progress: @escaping (IngestProgress) -> Void
  ) {
    self.executable = executable
    self.request = request
    self.isStopped = isStopped
    self.progress = progress
  }

  /// Runs the ingest.
  ///
  /// - Returns: what became of each input, of all processes together.
  /// - Throws: ``Failure`` with the words of what ended the ingest, `StartFailure`.
  public func run() throws -> IngestReport {
    let note = try FileNote()
    while true {
      note.clear()
      let child = try ChildProcess(
        Program(.path(executable), ["ingest-files"]), passing: note.descriptor)
      child.send(try JSONEncoder().encode(request))
      switch try converse(with: child, note) {
      case .report(let report): return report
      case .lost(let reason, let file): try leaveOut(file, reason: reason, child)
      }
    }
  }

  private enum Outcome {
    case report(IngestReport)
    /// The process ended for this reason while using this file.
    case lost(reason: String, FileNote.Content)
  }

  private func converse(with child: ChildProcess, _ note: FileNote) throws -> Outcome {
    var watch = FileWatch(secondsPerFile: request.limits.secondsPerFile)
    while true {
      if isStopped() { child.closeInput() }
      switch child.nextLine(withinSeconds: FileWatch.secondsBetweenLooks) {
      case .line(let line):
        guard let message = try? JSONDecoder().decode(IngestMessage.self, from: line) else { continue }
        if let report = try take(message) {
          _ = child.end(graceSeconds: 5)
          return .report(report)
        }
      case .timedOut: break
      case .closed:
        let ending = child.end(graceSeconds: 5)
        return .lost(reason: ending.reason(under: request.limits), note.read())
      }
      let content = note.read()
      if watch.isOverdue(content, processorSeconds: { child.processorSeconds }) {
        _ = child.end()
        return .lost(reason: ChildEnding.reason(afterSeconds: request.limits.secondsPerFile), content)
      }
    }
  }

  /// Handles a message.
  ///
  /// - Returns: the report, if this is the last message.
  private func take(_ message: IngestMessage) throws -> IngestReport? {
    switch message {
    case .report(let report): return report
    case .failure(let words): throw Failure(description: words)
    case .stackFound(let path, let count):
      if request.countsAtStart[path] == nil { request.countsAtStart[path] = count }
    case .progress(var now):
      // A new process starts again at the first pair: do not report progress or rejections twice.
      if let rejected = now.rejected, !told.insert(rejected).inserted { now.rejected = nil }
      guard now.done >= done || now.rejected != nil else { return nil }
      done = max(done, now.done)
      now.done = done
      progress(now)
    }
    return nil
  }

  private func leaveOut(_ file: FileNote.Content, reason: String, _ child: ChildProcess) throws {
    let words = child.lastLine.isEmpty ? "" : "; its last output: \(child.lastLine)"
    guard file.doing != .nothing, request.leftOut[file.path] == nil else {
      throw Failure(
        description:
          "the ingest process exited while no file was open (\(reason)\(words)); complete interferograms are "
          + "in the archive; run the same command again to continue")
    }
    // A process that ends in its first step ended at the first file that it opened.
    earlyDeaths = file.steps <= 1 ? earlyDeaths + 1 : 0
    guard earlyDeaths < Self.earlyDeathLimit else {
      throw Failure(
        description:
          "\(earlyDeaths) consecutive processes crashed on the first file that they opened, the last one on "
          + "\(file.path): \(reason)\(words); check the installation of GDAL and HDF5")
    }
    request.leftOut[file.path] = reason
  }
}
