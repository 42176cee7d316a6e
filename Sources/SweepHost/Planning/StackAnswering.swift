import FileReasons
import Foundation
import Isolation
import StandardStreams

/// The process that opens an archive's stacks for planning: libhdf5 may crash or hang on damaged files, which
/// then ends this process and not the coordinator's.
public enum StackAnswering {
  /// Default resource limits.
  public static let limits = ProcessLimits(memoryBytes: 2 << 30, secondsPerFile: 60)

  /// Answers each path on standard input with one line on standard output, and each ``PixelQuestion`` with one
  /// line per interferogram, until the input ends. Blocks.
  ///
  /// - Parameter limits: resource limits of this process.
  /// - Throws: errors of encoding an answer.
  public static func serve(limits: ProcessLimits) throws {
    limits.bindThisProcess()
    let encoder = JSONEncoder()
    func say(_ answer: StackAnswer) throws {
      var line = try encoder.encode(answer)
      line.append(0x0A)
      StandardOutput.write(String(decoding: line, as: UTF8.self))
    }
    // Also stops when its output is closed.
    while StandardOutput.problem == nil, let path = readLine() {
      guard path.hasPrefix("{") else {
        try say(answer(path))
        continue
      }
      let question = try JSONDecoder().decode(PixelQuestion.self, from: Data(path.utf8))
      try PixelAnswers.give(question, say)
    }
  }

  private static func answer(_ path: String) -> StackAnswer {
    PoisonFile.strike(at: path)
    do {
      return .summary(try StackSummary(path: path))
    } catch {
      return .unreadable(SystemReason.text(error))
    }
  }
}
