import Foundation
import Logging
import Messaging
import Testing
import Transport

@testable import Work

/// A worker's talk with a coordinator that the test plays.
@Suite(.serialized) struct WorkerTests {
  private final class Ending: @unchecked Sendable {
    let semaphore = DispatchSemaphore(value: 0)
    var error: (any Error)?
  }

  private func withWorker(
    parent: Int32? = nil, _ body: (MessageSocket, [UInt8]) throws -> Void
  ) throws -> (any Error)? {
    let path = "\(NSTemporaryDirectory())worker-\(UUID().uuidString.prefix(8)).sock"
    defer { unlink(path) }
    let address = "ipc://\(path)"
    let context = try MessageContext()
    let router = try MessageSocket(.router, context: context)
    try router.bind(address)
    let ending = Ending()
    let thread = Thread {
      do {
        let signals = try SignalSource([SIGUSR2])
        var log = Logger(label: "test")
        log.logLevel = .critical
        try Worker(address: address, process: WorkerProcess(parent: parent), log: log).run(signals: signals)
      } catch {
        ending.error = error
      }
      ending.semaphore.signal()
    }
    thread.start()
    try body(router, try next(router).identity)
    #expect(ending.semaphore.wait(timeout: .now() + 20) == .success, "the worker did not end")
    return ending.error
  }

  private func next(_ router: MessageSocket) throws -> (identity: [UInt8], message: Volcsweep_ToCoordinator) {
    while true {
      if let frames = try router.receive() {
        return (frames[0], try Volcsweep_ToCoordinator(frame: frames[1]))
      }
      let wakeup = try router.wait(alsoFor: [], milliseconds: 10_000)
      try #require(wakeup.hasMessages, "the worker is silent")
    }
  }

  @Test func aRefusedWorkerEndsWithTheReason() throws {
    let error = try withWorker { router, identity in
      var refusal = Volcsweep_Refusal()
      refusal.reason = "no place"
      _ = try router.send(Volcsweep_ToWorker(.refusal(refusal)).frame(), to: identity)
    }
    #expect("\(try #require(error))".contains("no place"))
  }

  @Test func aWorkerThatIsDrainedBeforeItBeganSaysGoodbyeAndEndsInOrder() throws {
    let error = try withWorker { router, identity in
      _ = try router.send(Volcsweep_ToWorker(.drain(Volcsweep_Drain())).frame(), to: identity)
      while true {
        if case .goodbye = try next(router).message.body { return }
      }
    }
    #expect(error == nil)
  }

  @Test func aWorkerWhoseModelIsAnotherThanTheSweepsSaysSo() throws {
    let file = NSTemporaryDirectory() + "model-\(UUID().uuidString).onnx"
    try Data("other".utf8).write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let error = try withWorker { router, identity in
      var welcome = Volcsweep_Welcome()
      welcome.archive = "/"
      welcome.modelPath = file
      welcome.modelSha256 = String(repeating: "0", count: 64)
      welcome.profile =
        #"{"gate":{"data":{"closingRadius":5,"minimumDataShare":0.25,"minimumNonZeroShare":0.5}},"#
        + #""merge":"reference","name":"biggs2022","patchSize":227,"stride":56}"#
      welcome.batchSize = 4
      welcome.heartbeatSeconds = 0.1
      _ = try router.send(Volcsweep_ToWorker(.welcome(welcome)).frame(), to: identity)
    }
    #expect("\(try #require(error))".contains("is not the model of the sweep"))
  }

  @Test func aWorkerWithoutItsParentEnds() throws {
    let error = try withWorker(parent: 1) { _, _ in }
    #expect("\(try #require(error))".contains("has exited"))
  }
}
