import Foundation
import Logging
import Messaging
import Synchronization
import Testing
import Transport

@testable import Work

/// A drain that reaches the network thread before a result that is finished.
@Suite(.serialized) struct DrainTests {
  private final class FakeComputer: UnitComputing {
    let plan = ""
    let planHash = "hash"
    let mayFinish: DispatchSemaphore
    let hasBegun: DispatchSemaphore

    init(hasBegun: DispatchSemaphore, mayFinish: DispatchSemaphore) {
      (self.hasBegun, self.mayFinish) = (hasBegun, mayFinish)
    }

    func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?) {}

    func compute(
      _ assignment: Volcsweep_Assignment, _ currentActivity: CurrentActivity, shouldStop: () -> Bool
    ) -> Volcsweep_UnitResult {
      hasBegun.signal()
      mayFinish.wait()
      var result = Volcsweep_UnitResult()
      result.lease = assignment.lease
      result.interferograms = assignment.interferograms.map { planned in
        var one = Volcsweep_InterferogramResult()
        one.number = planned.number
        one.rejection = "empty"
        return one
      }
      return result
    }
  }

  /// Holds up the thread that warns, once.
  private struct Gate: LogHandler {
    let reached: DispatchSemaphore
    let opens: DispatchSemaphore
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      reached.signal()
      opens.wait()
    }
  }

  @Test func aDrainDropsNoResultThatIsFinished() throws {
    let path = "\(NSTemporaryDirectory())drain-\(UUID().uuidString.prefix(8)).sock"
    defer { unlink(path) }
    let router = try MessageSocket(.router, context: MessageContext())
    try router.bind("ipc://\(path)")
    let (begun, finish) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let (reached, opens, ended) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let thread = Thread {
      let log = Logger(label: "test") { _ in Gate(reached: reached, opens: opens) }
      let worker = try? Worker(address: "ipc://\(path)", process: WorkerProcess(parent: nil), log: log) { _, _ in
        FakeComputer(hasBegun: begun, mayFinish: finish)
      }
      try? worker?.run(signals: SignalSource([SIGUSR2]))
      ended.signal()
    }
    thread.start()
    func next() throws -> (identity: [UInt8], body: Volcsweep_ToCoordinator.OneOf_Body?) {
      while true {
        if let frames = try router.receive() {
          return (frames[0], try Volcsweep_ToCoordinator(frame: frames[1]).body)
        }
        try #require(try router.wait(alsoFor: [], milliseconds: 10_000).hasMessages, "the worker is silent")
      }
    }
    let identity = try next().identity
    func say(_ body: Volcsweep_ToWorker.OneOf_Body) throws {
      _ = try router.send(Volcsweep_ToWorker(body).frame(), to: identity)
    }
    try say(.welcome(Talk.welcome(epoch: 1)))
    while true { if case .ready = try next().body { break } }
    var assignment = Talk.assignment(Talk.lease(1))
    var planned = Volcsweep_PlannedInterferogram()
    planned.number = 4
    assignment.interferograms = [planned]
    try say(.assignment(assignment))
    try #require(begun.wait(timeout: .now() + 20) == .success)
    // The network thread is busy with nonsense while the unit is finished and the drain arrives.
    _ = try router.send([1, 2, 3], to: identity)
    try #require(reached.wait(timeout: .now() + 20) == .success)
    finish.signal()
    try say(.drain(Volcsweep_Drain()))
    Thread.sleep(forTimeInterval: 0.3)
    for _ in 0..<100 { opens.signal() }
    var result: Volcsweep_UnitResult?
    while true {
      let body = try next().body
      if case .result(let brought)? = body {
        result = brought
        var acknowledgement = Volcsweep_Acknowledgement()
        acknowledgement.leases = [Volcsweep_Lease(brought.lease)]
        try say(.acknowledgement(acknowledgement))
      }
      if case .goodbye? = body { break }
    }
    #expect(result?.interferograms.map(\.number) == [4])
    #expect(result?.draining == true)
    #expect(ended.wait(timeout: .now() + 20) == .success)
  }
}
