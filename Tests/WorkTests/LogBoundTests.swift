import Foundation
import Testing

@testable import Work

/// A worker's log that grows without end, and its other files.
@Suite struct LogBoundTests {
  private func withLog(_ body: (String, Int32) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "log-\(UUID().uuidString)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    defer {
      close(descriptor)
      unlink(path)
    }
    try body(path, descriptor)
  }

  @Test func aLongLogKeepsItsLastLinesAndSaysWhatIsGone() throws {
    try withLog { path, descriptor in
      for line in 0..<10_000 {
        let text = Array("line \(line)\n".utf8)
        #expect(write(descriptor, text, text.count) == text.count)
      }
      LogBound.cut(descriptor, limitBytes: 1 << 20)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count > 90_000, "a short one is left alone")
      LogBound.cut(descriptor, limitBytes: 16 << 10)
      let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      #expect(text.utf8.count < 4 << 10)
      #expect(text.hasPrefix("[") && text.contains("bytes of this log were removed"))
      #expect(text.hasSuffix("\nline 9999\n"))
      let more = Array("more\n".utf8)
      #expect(write(descriptor, more, more.count) == more.count)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == text.utf8.count + more.count)
    }
  }

  @Test func theBoundIsOnTheLogAloneAndOnWhateverWritesToIt() async throws {
    await #expect(processExitsWith: .success) {
      let folder = NSTemporaryDirectory() + "bound-\(UUID().uuidString)"
      mkdir(folder, 0o700)
      let log = open(folder + "/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
      dup2(log, STDERR_FILENO)
      WorkerProcess.boundLog(limitBytes: 64 << 10)
      let noise = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
      // As a library does, which knows nothing of bounds.
      for _ in 0..<4 where write(STDERR_FILENO, noise, noise.count) != noise.count { exit(3) }
      let file = open(folder + "/activations", O_WRONLY | O_CREAT, 0o600)
      for _ in 0..<16 where write(file, noise, noise.count) != noise.count { exit(1) }
      let deadline = ContinuousClock.now + .seconds(10)
      var status = stat()
      repeat {
        usleep(20_000)
        stat(folder + "/log", &status)
      } while status.st_size > 64 << 10 && ContinuousClock.now < deadline
      exit(status.st_size <= 64 << 10 && status.st_size > 0 ? 0 : 2)
    }
  }
}
