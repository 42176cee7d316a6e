import ChildProcesses
import Foundation
import Interferometry
import Isolation
import RasterIO

/// Reads stacks' headers in separate processes, one after the other: a stack that crashes its process, or takes
/// too long, is unreadable for that reason, and a new process handles the next one. Its calls block.
final class StackOpener {
  private let executable: String
  private let limits: ProcessLimits
  private var child: ChildProcess?

  /// - Parameters:
  ///   - executable: this program.
  ///   - limits: resource limits of each process.
  init(executable: String, limits: ProcessLimits) {
    self.executable = executable
    self.limits = limits
  }

  /// Reads a stack's header.
  ///
  /// - Throws: `StartFailure` if no process can be started, ``SweepSession/Failure`` if one ends before
  ///   it is asked anything.
  func summary(of path: String) throws -> StackAnswer {
    guard !path.contains("\n") else { return .unreadable("\(path): its name contains a line break; rename it") }
    // A pipe or a device could block the process; symbolic links are followed.
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      return .unreadable("\(path): is not a regular file")
    }
    let child = try self.child ?? start()
    self.child = child
    child.send(Data(path.utf8))
    switch child.nextLine(withinSeconds: limits.secondsPerFile) {
    case .line(let line):
      if let answer = try? JSONDecoder().decode(StackAnswer.self, from: line) {
        if case .summary(let summary) = answer, let problem = summary.nameProblem {
          return .unreadable("\(path): \(problem)")
        }
        return answer
      }
      self.child = nil
      return .unreadable("\(path): the process that reads it returned a malformed answer")
    case .timedOut:
      _ = child.end()
      self.child = nil
      return .unreadable("\(path): \(ChildEnding.reason(afterSeconds: limits.secondsPerFile))")
    case .closed:
      let ending = child.end(graceSeconds: 5)
      self.child = nil
      return .unreadable("\(path): \(ending.reason(under: limits))")
    }
  }

  /// Pixel hashes of interferograms, by their dates.
  ///
  /// - Parameters:
  ///   - path: path of the stack.
  ///   - pairs: dates of the interferograms.
  /// - Returns: the hashes of those that could be read, and why the first of the others could not.
  /// - Throws: as ``summary(of:)``.
  func pixelHashes(of path: String, _ pairs: [DatePair]) throws -> (hashes: [DatePair: Data], trouble: String?) {
    var hashes: [DatePair: Data] = [:]
    var trouble: String?
    let child = try self.child ?? start()
    self.child = child
    child.send(try JSONEncoder().encode(PixelQuestion(path: path, pairs: pairs.map(\.description))))
    for pair in pairs {
      switch child.nextLine(withinSeconds: limits.secondsPerFile) {
      case .line(let line):
        switch try? JSONDecoder().decode(StackAnswer.self, from: line) {
        case .pixels(let hash) where hash.count == PixelHash.byteCount: hashes[pair] = hash
        case .unreadable(let reason): trouble = trouble ?? reason
        default:
          self.child = nil
          return (hashes, trouble ?? "\(path): the process that reads it returned a malformed answer")
        }
      case .timedOut:
        _ = child.end()
        self.child = nil
        return (hashes, trouble ?? "\(path): \(ChildEnding.reason(afterSeconds: limits.secondsPerFile))")
      case .closed:
        let ending = child.end(graceSeconds: 5)
        self.child = nil
        return (hashes, trouble ?? "\(path): \(ending.reason(under: limits))")
      }
    }
    return (hashes, trouble)
  }

  /// Starts a process and asks it for a file that does not exist, to distinguish a process that cannot work at
  /// all from one that a stack crashes.
  private func start() throws -> ChildProcess {
    let child = try ChildProcess(
      Program(.path(executable), ["read-headers", "--memory-bytes", String(limits.memoryBytes)]))
    child.send(Data("/dev/null/none.h5".utf8))
    guard case .line = child.nextLine(withinSeconds: max(60, limits.secondsPerFile)) else {
      let ending = child.end(graceSeconds: 1)
      let words = child.lastLine
      throw SweepSession.Failure(
        description: "the process that opens stacks exited before it opened any (exit status "
          + "\(ending.exitStatus.map(String.init) ?? "none"), signal \(ending.signal.map(String.init) ?? "none"))"
          + (words.isEmpty ? "" : ": \(words)"))
    }
    return child
  }
}
