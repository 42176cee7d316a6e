import FileReasons
import Foundation
import Isolation
import StandardStreams

/// The child process that runs an ingest. GDAL and libhdf5 may crash or hang on damaged files; then this
/// process ends, and its supervisor reports the file and starts another.
public enum IngestProcess {
  private static let secondsBetweenProgress = 0.05

  /// Reads one request line from standard input, runs the ingest and writes messages to standard output.
  /// Stops when standard input is closed. Blocks.
  ///
  /// - Throws: errors of encoding or decoding a line.
  public static func serve() throws {
    guard let line = readLine() else { return }
    let request = try JSONDecoder().decode(IngestRequest.self, from: Data(line.utf8))
    request.limits.bindThisProcess()
    do {
      let report = try run(request)
      say(.report(report))
    } catch {
      say(.failure(SystemReason.text(error)))
    }
  }

  private static func run(_ request: IngestRequest) throws -> IngestReport {
    let note = FileNote(ofParent: ())
    PoisonFile.strike(at: request.archive)
    var said = ContinuousClock.now - .seconds(1)
    var ingest = Ingest(
      try request.options(), isStopped: { isInputClosed },
      progress: { progress in
        guard
          progress.rejected != nil || progress.done == progress.total
            || ContinuousClock.now - said >= .seconds(secondsBetweenProgress)
        else { return }
        said = ContinuousClock.now
        say(.progress(progress))
      },
      stackFound: { say(.stackFound(path: $0, count: $1)) },
      hold: { file in
        switch file {
        case .nothing: note.write(.nothing)
        case .reading(let path):
          note.write(.reading, path)
          PoisonFile.strike(at: path)
        case .writing(let path): note.write(.writing, path)
        }
      })
    return try ingest.run()
  }

  private static var isInputClosed: Bool {
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, 0) > 0
  }

  private static func say(_ message: IngestMessage) {
    guard var line = try? JSONEncoder().encode(message) else { return }
    line.append(0x0A)
    // If the reader is gone, standard input is closed as well, which stops the ingest.
    StandardOutput.write(String(decoding: line, as: UTF8.self))
  }
}
