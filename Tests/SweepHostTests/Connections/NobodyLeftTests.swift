import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import Logging
import Messaging
import SweepRecords
import Testing
import Transport

@testable import Coordination
@testable import SweepHost

/// A sweep that nobody can finish ends, whoever leaves last.
@Suite(.serialized) struct NobodyLeftTests {
  /// The coordinator's loop with a socket of its own, in a thread.
  private final class Running: @unchecked Sendable {
    let folder: URL
    let mailbox: Mailbox<LocalWorkerEvent>
    let ended = DispatchSemaphore(value: 0)
    private var ending: Result<Coordinator.Ending, any Error>?
    private var coordinator: Coordinator?
    private var signals: SignalSource?

    init() throws {
      folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "left-\(UUID().uuidString.prefix(8))")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      mailbox = try Mailbox()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var address: String { "ipc://\(folder.path)/coordinator.sock" }

    func start() throws {
      let ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
      try ledger.bind(to: SweepIdentity(model: "none", modelSHA256: "0", profile: "jgr2018", patchSize: 224))
      let stack = PlannedStack(
        file: "a.h5", volcano: "a", volcanoName: "A", frame: "f", grid: Grid(height: 300, width: 300),
        geoTransform: GeoTransform(west: 0, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
      _ = try ledger.plan(stack, pairs: (0..<4).map { try SweepBench.pair($0) })
      try ledger.planUnits(size: 1)
      var settings = HostSettings(
        address: address,
        coordinator: CoordinatorSettings(
          archive: folder.path, modelPath: "", modelSHA256: "", profile: "", batchSize: 1))
      settings.coordinator.triesKernels = false
      coordinator = try Coordinator(
        settings: settings, ledger: ledger, epoch: try ledger.beginEpoch(host: "test", pid: getpid()),
        plan: try SweepPlan(ledger, rule: PatchRule(profile: .jgr2018, patchSize: 224)),
        log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), report: { _ in })
      signals = try SignalSource([])
      Thread.detachNewThread { [self] in
        ending = Result {
          guard let coordinator, let signals else { throw MessageError("it was not made") }
          return try coordinator.run(signals: signals, localWorkers: mailbox, slots: 1, endProcess: { _ in })
        }
        ended.signal()
      }
    }

    /// What ended it; `nil` while it runs.
    func reason(withinSeconds seconds: Double) -> String? {
      guard ended.wait(timeout: .now() + seconds) == .success, case .failure(let error) = ending else { return nil }
      return "\(error)"
    }
  }

  @Test func theLastPeerMayLeaveAfterTheLastPlaceWasGivenUp() throws {
    let running = try Running()
    try running.start()
    let worker = try MessageSocket(.dealer(identity: "elsewhere"), context: MessageContext())
    try worker.connect(running.address)
    var hello = Volcsweep_Hello()
    (hello.protocolVersion, hello.host, hello.pid) = (protocolVersion, "elsewhere", 7)
    #expect(try worker.send(Volcsweep_ToCoordinator(.hello(hello)).frame()) == .sent)
    try #require(try worker.wait(alsoFor: [], milliseconds: 20_000).hasMessages, "no welcome came")
    running.mailbox.post(.gaveUp(reason: "it cannot start"))
    #expect(running.reason(withinSeconds: 1) == nil, "there still is a worker that may do the rest")
    #expect(try worker.send(Volcsweep_ToCoordinator(.goodbye(Volcsweep_Goodbye())).frame()) == .sent)
    #expect(running.reason(withinSeconds: 20) == "no worker is left: it cannot start")
  }

  @Test func aSweepWhoseOnlySlotIsGivenUpEnds() throws {
    let running = try Running()
    try running.start()
    running.mailbox.post(.gaveUp(reason: "it cannot start"))
    #expect(running.reason(withinSeconds: 20) == "no worker is left: it cannot start")
  }
}
