import Foundation
import Messaging
import Testing
import Transport

@testable import Coordination
@testable import SweepHost

/// Who may connect to the coordinator, how much of it is logged, and at which address.
@Suite struct CoordinatorListenerTests {
  private func message(_ identity: UInt8, user: String, body: [UInt8]? = [1]) -> PeerMessage {
    PeerMessage(identity: [identity], user: user, body: body)
  }

  private func objection(
    _ peerGuard: inout PeerGuard, _ message: PeerMessage, socket: Int = 1, at seconds: Double = 0
  ) -> ConnectionEvent? {
    peerGuard.objection(to: message, from: PeerID(socket: socket, identity: message.identity), at: seconds)
  }

  @Test func anIdentityIsHeldByItsKeyOnItsSocketUntilItIsForgotten() {
    var peerGuard = PeerGuard(limits: PeerRateLimits(), forgetSeconds: 100)
    #expect(objection(&peerGuard, message(1, user: "a")) == nil)
    #expect(objection(&peerGuard, message(1, user: "b")) == .foreignIdentity)
    // Who comes over TCP cannot shut out a local worker by taking its identity first.
    #expect(objection(&peerGuard, message(1, user: ""), socket: 0) == nil)
    peerGuard.forget(at: 50)
    #expect(objection(&peerGuard, message(1, user: "b"), at: 50) == .foreignIdentity)
    // What was dropped does not count as being heard.
    peerGuard.forget(at: 101)
    #expect(objection(&peerGuard, message(1, user: "b"), at: 101) == nil)
  }

  @Test func eachPeerHasItsOwnRateAndMessagesOfNoFrameCountToo() {
    var limits = PeerRateLimits()
    (limits.messagesPerSecond, limits.messageBurst) = (1, 2)
    var peerGuard = PeerGuard(limits: limits)
    #expect(objection(&peerGuard, message(1, user: "a")) == nil)
    #expect(objection(&peerGuard, message(1, user: "a", body: nil)) == .malformedMessage)
    #expect(objection(&peerGuard, message(1, user: "a")) == .tooFast)
    #expect(objection(&peerGuard, message(2, user: "a")) == nil)
    #expect(objection(&peerGuard, message(1, user: "a"), at: 1) == nil)
  }

  @Test func aWorkerThatAnswersItsLeasesIsNeverTooFast() {
    var limits = PeerRateLimits()
    (limits.messagesPerSecond, limits.messageBurst) = (1, 2)
    (limits.bytesPerSecond, limits.byteBurst) = (10, 10)
    var peerGuard = PeerGuard(limits: limits)
    let id = PeerID(socket: 1, identity: [1])
    #expect(objection(&peerGuard, message(1, user: "a")) == nil)
    let result = [UInt8](repeating: 1, count: 5000)
    for _ in 0..<10_000 {
      peerGuard.expectAnswers(1, from: id)
      peerGuard.expectAnswers(1, from: id)
      #expect(objection(&peerGuard, message(1, user: "a", body: result)) == nil)
      #expect(objection(&peerGuard, message(1, user: "a", body: result)) == nil)
    }
    // Beyond its leases its rate holds; another's leases are nothing to it.
    peerGuard.expectAnswers(1, from: PeerID(socket: 1, identity: [2]))
    #expect(objection(&peerGuard, message(1, user: "a")) == nil)
    #expect(objection(&peerGuard, message(1, user: "a")) == .tooFast)
  }

  @Test func leasesThatAreNeverAnsweredEntitleToNoFlood() {
    var limits = PeerRateLimits()
    (limits.messagesPerSecond, limits.messageBurst, limits.outstandingAnswers) = (0, 1, 3)
    var peerGuard = PeerGuard(limits: limits)
    #expect(objection(&peerGuard, message(1, user: "a")) == nil)
    for _ in 0..<100 { peerGuard.expectAnswers(1, from: PeerID(socket: 1, identity: [1])) }
    let heard = (0..<100).count { _ in objection(&peerGuard, message(1, user: "a")) == nil }
    #expect(heard == 3)
  }

  /// A coordinator's listener, and a worker that may send a limited number of messages unasked.
  private final class OpenListener {
    let listener: CoordinatorListener
    let worker: MessageSocket
    private let folder = URL(fileURLWithPath: NSTemporaryDirectory())
      .appending(path: "listener-\(UUID().uuidString.prefix(8))")

    init(messageBurst: Double) throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      var settings = HostSettings(
        address: "ipc://\(folder.path)/s",
        coordinator: CoordinatorSettings(
          archive: folder.path, modelPath: "", modelSHA256: "", profile: "", batchSize: 1))
      (settings.peerRate.messagesPerSecond, settings.peerRate.messageBurst) = (0, messageBurst)
      listener = try CoordinatorListener(settings)
      worker = try MessageSocket(.dealer(identity: "worker"), context: MessageContext())
      try worker.connect(settings.address)
    }

    deinit {
      try? FileManager.default.removeItem(at: folder)
    }

    /// The next message and who is heard; `nil` where one is dropped.
    func heard() throws -> (message: Volcsweep_ToCoordinator, peer: PeerID)? {
      let deadline = ContinuousClock.now + .seconds(10)
      while ContinuousClock.now < deadline {
        switch try listener.next(at: 0) {
        case .message(let message, let peer): return (message, peer)
        case .dropped: return nil
        case .nothing: _ = try listener.wait(alsoFor: [], milliseconds: 50)
        }
      }
      throw CocoaError(.fileReadUnknown)
    }
  }

  @Test func everyAssignmentThatIsSentEntitlesItsPeerToOneAnswer() throws {
    let open = try OpenListener(messageBurst: 1)
    let hello = Volcsweep_ToCoordinator(.hello(Volcsweep_Hello()))
    _ = try open.worker.send(hello.frame())
    let peer = try #require(try open.heard()).peer
    let assignment = Volcsweep_ToWorker(.assignment(Volcsweep_Assignment()))
    _ = try open.listener.send([assignment], to: peer)
    _ = try open.listener.send(
      [assignment, assignment, Volcsweep_ToWorker(.welcome(Volcsweep_Welcome()))], to: peer)
    for _ in 0..<4 { _ = try open.worker.send(hello.frame()) }
    let answers = try (0..<4).map { _ in try open.heard()?.peer }
    #expect(answers == [peer, peer, peer, nil])
  }

  @Test func joinedMessagesAreHeardOneByOneAndEachCountsForTheRate() throws {
    let open = try OpenListener(messageBurst: 4)
    func result(_ unit: UInt64) -> Volcsweep_ToCoordinator {
      Volcsweep_ToCoordinator(.result(.with { $0.lease.unit = unit }))
    }
    func heardUnit() throws -> UInt64? { try open.heard()?.message.result.lease.unit }
    let parts: [Data] = try [result(1).result.serializedBytes(), Data([0xff]), result(2).result.serializedBytes()]
    _ = try open.worker.send(Volcsweep_ToCoordinator(joining: parts).frame())
    #expect(try heardUnit() == 1)
    // What is left of a frame is reason not to wait.
    #expect(try open.listener.wait(alsoFor: [], milliseconds: 600_000).hasMessages)
    #expect(try heardUnit() == nil)
    #expect(try heardUnit() == 2)
    for (frame, _) in try Volcsweep_ToCoordinator.frames(of: [result(3), result(4)]) {
      _ = try open.worker.send(frame)
    }
    #expect(try heardUnit() == nil, "beyond its rate")
    #expect(open.listener.watch.counts[.malformedMessage] == 1 && open.listener.watch.counts[.tooFast] == 1)
  }

  @Test func aLineThatComesAgainAndAgainIsSaidOnceASecondAfterItsBurst() {
    var limiter = LogLimiter(burst: 3)
    var said: [Int?] = []
    for _ in 0..<10 { said.append(limiter.admits("refused", at: 0)) }
    #expect(said == [0, 0, 0] + [Int?](repeating: nil, count: 7))
    let other = limiter.admits("joined", at: 0)
    let later = limiter.admits("refused", at: 1)
    #expect(other == 0 && later == 7)
  }

  @Test func theAddressFileSaysWhereToConnectAndWhatIsMissing() throws {
    let run = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "run-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: run) }
    #expect(throws: SweepSession.Failure.self) { try AddressFile(run: run) }
    let both = AddressFile(host: "head", pid: 7, local: "ipc:///run/a b", remote: "tcp://head:5555")
    try both.write(run: run)
    let file = run.appending(path: "coordinator.address").path
    #expect(try AddressFile(run: run) == both)
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    #expect(try both.address(from: "head", hasKeys: false) == "ipc:///run/a b")
    #expect(try both.address(from: "node", hasKeys: true) == "tcp://head:5555")
    #expect(
      #expect(throws: SweepSession.Failure.self) { try both.address(from: "node", hasKeys: false) }?
        .description.contains("--keys") == true)
    var local = both
    local.remote = nil
    try local.write(run: run)
    #expect(try AddressFile(run: run) == local)
    for hasKeys in [true, false] {
      #expect(
        #expect(throws: SweepSession.Failure.self) { try local.address(from: "node", hasKeys: hasKeys) }?
          .description.contains("--listen") == true)
    }
    chmod(file, 0o666)
    #expect(
      #expect(throws: SweepSession.Failure.self) { try AddressFile(run: run) }?
        .description.contains("so it is not trusted") == true)
    try Data("nonsense".utf8).write(to: URL(filePath: file))
    chmod(file, 0o600)
    #expect(throws: SweepSession.Failure.self) { try AddressFile(run: run) }
  }
}
