import Foundation

/// A program that has run to its end, and what it printed until then. What it left running in the background is not
/// waited for, which Foundation's `Process` and swift-subprocess would do.
public struct FinishedProgram: Sendable {
  /// How the program ended: exit status or signal, and the peak of its resident memory in bytes.
  public let ending: ChildEnding
  /// The beginning of what it printed.
  public let output: Data
  /// The beginning of what it wrote to standard error.
  public let errors: Data

  /// Its exit status; 128 and the signal's number where one ended it, as a shell counts.
  public var status: Int32 { ending.exitStatus ?? 128 + (ending.signal ?? 0) }

  /// Runs a program that has nothing to read. Blocks.
  ///
  /// - Parameters:
  ///   - program: what, and with what.
  ///   - maximumBytes: what is kept of its output, and of its errors; the rest is read and dropped.
  /// - Throws: ``StartFailure``.
  public init(_ program: Program, keeping maximumBytes: Int = 1 << 20) throws(StartFailure) {
    var ends: [Int32] = [-1, -1, -1, -1]
    defer { for descriptor in ends where descriptor >= 0 { close(descriptor) } }
    for start in [0, 2] {
      let isMade = ends.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { pipe($0 + start) == 0 }
      }
      guard isMade == true else { throw SpawnedProcess.failure(program, errno) }
    }
    for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var process = try SpawnedProcess(program, descriptors: [(STDOUT_FILENO, ends[1]), (STDERR_FILENO, ends[3])])
    for index in [1, 3] {
      close(ends[index])
      ends[index] = -1
    }
    let texts = PipeReading.all([ends[0], ends[2]], keeping: maximumBytes) { process.hasEnded() }
    ending = process.wait()
    (output, errors) = (texts[0], texts[1])
  }
}
