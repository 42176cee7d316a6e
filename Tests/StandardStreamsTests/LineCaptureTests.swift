import AnotherProcess
import Foundation
import Testing

@testable import StandardStreams

/// Lines that are not our own, in a process that ends well or badly.
@Suite struct LineCaptureTests {
  private static let part = "capture"

  @Test(.enabled(if: AnotherProcess.isFor(part))) func aPartOfTheProcessThatCrashes() {
    StandardError.capture { "<\($0)>" }
    StandardError.write("ours\n")
    for line in ["first", "second"] { _ = "\(line)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) } }
    _ = "the last without an end".withCString { write(STDERR_FILENO, $0, strlen($0)) }
    abort()
  }

  @Test func theLastLinesOfACrashArePassedOn() async throws {
    let failure = await #expect(throws: AnotherProcess.Failure.self) {
      try await AnotherProcess.run(
        Self.part, filter: "aPartOfTheProcessThatCrashes", environment: ["SWIFT_BACKTRACE": "enable=no"])
    }
    let output = try #require(failure?.output)
    for line in ["ours\n", "<first>\n", "<second>\n"] { #expect(output.contains(line), "\(output)") }
    #expect(output.contains("the last without an end"))
  }

  @Test func aWriteThatFailsReportsItsReason() throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    #expect(DescriptorWriting.write(Array("x".utf8), to: full, waitingMilliseconds: nil)?.code == ENOSPC)
    #expect(DescriptorWriting.write(Array("x".utf8), to: 9999, waitingMilliseconds: 10)?.code == EBADF)
  }

  @Test func aReaderThatDoesNotReadIsWaitedForNoLongerThanAllowed() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let much = [UInt8](repeating: 0x2e, count: 1 << 20)
    let begun = ContinuousClock.now
    let failure = DescriptorWriting.write(much, to: ends[1], waitingMilliseconds: 50)
    #expect(failure == DescriptorWriting.Failure(code: EAGAIN, isCut: true))
    #expect(ContinuousClock.now - begun < .seconds(10))
    // A descriptor that somebody made non-blocking is written to in the end.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let reader = ends[0]
    let thread = Thread {
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while read(reader, &chunk, chunk.count) > 0 {}
    }
    thread.start()
    #expect(DescriptorWriting.write(much, to: ends[1], waitingMilliseconds: nil) == nil)
  }
}
