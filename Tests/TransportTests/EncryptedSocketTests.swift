import CZeroMQ
import Foundation
import Testing

@testable import Transport

/// Real sockets over loopback: who gets in, and who does not.
@Suite struct EncryptedSocketTests {
  @Test func aListedKeyGetsInAndIsKnownByItsName() throws {
    let listener = try ListenerFixture(workers: ["good", "node17"])
    let dealer = try listener.dealer("node17", identity: "worker-1")
    #expect(try dealer.send([1, 2, 3]) == .sent)
    let message = try #require(try listener.message())
    #expect(message.identity == Array("worker-1".utf8))
    #expect(message.user == "node17")
    #expect(message.body == [1, 2, 3])
    #expect(try listener.router.send([4], to: message.identity) == .sent)
    #expect(try eventually { try dealer.receive() == [[4]] })
    #expect(listener.watch.counts.keys.allSatisfy { !$0.isRejection }, "\(listener.watch.counts)")
  }

  @Test func whatIsSaidCannotBeReadOnTheWire() throws {
    let listener = try ListenerFixture()
    let relay = try Relay(to: listener.port)
    let keys = try WorkerKeys(folder: listener.keys.workerFolder(WorkerName("good")))
    let dealer = try MessageSocket(
      .dealer(identity: "worker-1"), context: listener.context, limits: ListenerFixture.shortTimeouts,
      security: keys.security)
    try dealer.connect("tcp://127.0.0.1:\(relay.port)")
    #expect(try listener.carries("sierra negra deforms", from: dealer))
    let wire = relay.seen
    #expect(wire.count > 200)
    for word in ["sierra negra", "worker-1", "good"] {
      #expect(wire.firstRange(of: Data(word.utf8)) == nil, "\(word)")
    }
  }

  @Test func anUnlistedKeyIsRefusedAndNamed() throws {
    let listener = try ListenerFixture()
    let good = try listener.dealer()
    let pair = try KeyPair()
    let stranger = try listener.dealer(
      .client(pair, server: listener.keys.serverKeys().publicKey), identity: "stranger")
    _ = try stranger.send([1])
    #expect(listener.counted(.unlistedKey))
    let report = try #require(reports(of: listener, .unlistedKey).first)
    #expect(report.detail.contains(pair.publicKey.z85) && report.peer == "127.0.0.1")
    #expect(try listener.carries("still here", from: good))
    #expect(try listener.message(within: 0.2) == nil)
  }

  @Test func aWrongServerKeyIsRefusedByBothEnds() throws {
    let listener = try ListenerFixture()
    let good = try listener.dealer()
    let keys = try WorkerKeys(folder: listener.keys.workerFolder(WorkerName("good")))
    let mistaken = try listener.dealer(.client(keys.pair, server: KeyPair().publicKey), identity: "mistaken")
    _ = try mistaken.send([1])
    #expect(listener.counted(.protocolFailure))
    let report = try #require(reports(of: listener, .protocolFailure).first)
    #expect(report.detail.contains("public key"), "\(report)")
    #expect(try listener.carries("still here", from: good))
    #expect(try listener.message(within: 0.2) == nil)
  }

  @Test func aPeerWithoutKeysIsRefused() throws {
    let listener = try ListenerFixture()
    let good = try listener.dealer()
    // A peer that closes the connection first leaves a handshake that was not finished, so further peers try.
    var plain: [PlainDealer] = []
    while plain.count < 20, !listener.counted(.protocolFailure, within: plain.isEmpty ? 0 : 1) {
      plain.append(try PlainDealer(address: listener.address))
      plain.last?.send([1])
    }
    #expect(listener.counted(.protocolFailure), "\(listener.watch.counts)")
    let report = try #require(reports(of: listener, .protocolFailure).first)
    #expect(report.detail.contains("encrypt"), "\(report)")
    #expect(try listener.carries("still here", from: good))
    #expect(try listener.message(within: 0.2) == nil)
  }

  @Test func aPeerWithKeysDoesNotTalkToALocalSocket() throws {
    let folder = try PrivateFolder()
    let context = try MessageContext()
    let watch = try ConnectionWatch()
    let address = "ipc://\(folder.url.path)/s"
    let router = try MessageSocket(.router, context: context, watch: watch)
    try router.bind(address)
    let dealer = try MessageSocket(
      .dealer(identity: "w"), context: context, limits: ListenerFixture.shortTimeouts,
      security: .client(KeyPair(), server: KeyPair().publicKey))
    #expect(throws: EndpointError.self) { try dealer.connect(address) }
    // And if it is made to, it is refused all the same.
    try dealer.connectUnchecked(address)
    _ = try dealer.send([1])
    #expect(eventually { watch.counts[.protocolFailure] ?? 0 > 0 })
    #expect(try router.receiveFromPeer() == nil)
  }

  @Test func aKeyThatIsAddedWhileItRunsGetsIn() throws {
    let listener = try ListenerFixture()
    try listener.keys.makeWorker(WorkerName("late"))
    #expect(eventually { listener.authenticator.names == ["good", "late"] })
    let dealer = try listener.dealer("late")
    #expect(try listener.carries("hello", from: dealer))
  }

  @Test func aRevokedKeyIsCutOffInTheMiddleOfItsConnectionAndStaysOut() throws {
    let listener = try ListenerFixture(workers: ["good", "bad"])
    let (good, bad) = (try listener.dealer("good"), try listener.dealer("bad"))
    #expect(try listener.carries("first", from: bad))
    try listener.keys.revoke(WorkerName("bad"))
    #expect(eventually { listener.authenticator.names == ["good"] })
    _ = try bad.send([1])
    #expect(
      try eventually { try listener.router.receiveFromPeer() == nil && listener.watch.counts[.revokedKey] == 1 })
    let report = try #require(reports(of: listener, .revokedKey).first)
    #expect(report.peer.hasPrefix("bad 127.0.0.1"), "\(report)")
    let again = try listener.dealer("bad", identity: "again")
    _ = try again.send([1])
    #expect(listener.counted(.unlistedKey))
    #expect(try listener.carries("still here", from: good))
    #expect(try listener.message(within: 0.2) == nil)
  }

  @Test func anotherKeyUnderTheSameNameDoesNotReviveTheOldConnection() throws {
    let listener = try ListenerFixture(workers: ["bad"])
    let bad = try listener.dealer("bad")
    #expect(try listener.carries("first", from: bad))
    let file = listener.keys.allowed.appending(path: "bad.public")
    try FileManager.default.removeItem(at: file)
    try KeyFile.write(KeyPair().publicKey, to: file)
    _ = eventually(within: 2) { false }
    _ = try bad.send([1])
    #expect(
      try eventually { try listener.router.receiveFromPeer() == nil && listener.watch.counts[.revokedKey] == 1 })
  }

  @Test func nobodyGetsInPastAnAuthenticatorThatHasStopped() throws {
    let listener = try ListenerFixture()
    let before = try listener.dealer("good", identity: "before")
    #expect(try listener.carries("first", from: before))
    listener.authenticator.stop()
    let after = try listener.dealer("good", identity: "after")
    _ = try after.send([1])
    let stranger = try listener.dealer(
      .client(KeyPair(), server: listener.keys.serverKeys().publicKey), identity: "stranger")
    _ = try stranger.send([1])
    #expect(listener.counted(.unfinishedHandshake, atLeast: 2), "\(listener.watch.counts)")
    #expect(try listener.message(within: 0.5) == nil)
    // Whoever was let in before still is.
    #expect(try listener.carries("still here", from: before))
  }

  @Test func nobodyGetsInPastAnAuthenticatorThatIsStuck() throws {
    var limits = SocketLimits()
    limits.handshakeMilliseconds = 300
    let listener = try ListenerFixture(limits: limits)
    listener.authenticator.stop()
    // Another one that takes every question and answers none.
    let stuck = try InprocSocket(ZMQ_ROUTER, context: listener.context)
    // The stopped one's place becomes free when ZeroMQ has closed its socket.
    let isInPlace = eventually { (try? stuck.listen("inproc://zeromq.zap.01")) != nil }
    #expect(isInPlace)
    let dealer = try listener.dealer()
    _ = try dealer.send([1])
    #expect(listener.counted(.unfinishedHandshake), "\(listener.watch.counts)")
    #expect(try listener.router.receiveFromPeer() == nil)
  }

  @Test func aContextHasOneAuthenticatorAndAFolderThatIsOpenHasNone() throws {
    let listener = try ListenerFixture()
    #expect(throws: ZeroMQError.self) {
      try Authenticator(context: listener.context, folder: listener.keys.allowed, watch: listener.watch)
    }
    chmod(listener.keys.allowed.path, 0o755)
    #expect(throws: KeyFileError.self) {
      try Authenticator(context: MessageContext(), folder: listener.keys.allowed, watch: listener.watch)
    }
  }

  @Test func takingOverAnIdentityDoesNotTakeOverItsName() throws {
    let listener = try ListenerFixture(workers: ["good", "thief"])
    var claims = IdentityClaims()
    let good = try listener.dealer("good", identity: "w")
    #expect(try listener.carries("first", from: good))
    let first = claims.admits(Array("w".utf8), user: "good")
    #expect(first)
    let thief = try listener.dealer("thief", identity: "w")
    _ = try thief.send([6, 6, 6])
    let message = try #require(try listener.message())
    #expect(message.body == [6, 6, 6] && message.user == "thief")
    let second = claims.admits(message.identity, user: message.user)
    #expect(!second)
  }

  private func reports(of listener: ListenerFixture, _ event: ConnectionEvent) -> [ConnectionReport] {
    listener.watch.reports.takeAll().filter { $0.event == event }
  }
}
