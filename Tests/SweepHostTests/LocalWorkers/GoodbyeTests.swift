import Foundation
import Testing
import Transport

/// The last words of worker processes that are asked to leave.
@Suite(.serialized) struct GoodbyeTests {
  @Test func aProcessDoesNotEndBeforeItsGoodbyeIsSentOrHadASecondForIt() throws {
    let path = "\(NSTemporaryDirectory())goodbye-\(UUID().uuidString.prefix(8)).sock"
    defer { unlink(path) }
    let worker = Process()
    worker.executableURL = SweepBench.executable
    worker.arguments = ["worker", "ipc://\(path)"]
    worker.standardError = FileHandle.nullDevice
    try meet(worker, at: path)
    defer { worker.terminate() }
    // Nobody listens any more.
    let asked = ContinuousClock.now
    worker.terminate()
    worker.waitUntilExit()
    #expect(ContinuousClock.now - asked > .seconds(0.9))
    #expect(worker.terminationStatus == 0)
  }

  /// Returns when the worker has said Hello and its connection is gone.
  private func meet(_ worker: Process, at path: String) throws {
    let router = try MessageSocket(.router, context: MessageContext())
    try router.bind("ipc://\(path)")
    try worker.run()
    let wakeup = try router.wait(alsoFor: [], milliseconds: 20_000)
    try #require(wakeup.hasMessages, "the worker is silent")
  }
}
