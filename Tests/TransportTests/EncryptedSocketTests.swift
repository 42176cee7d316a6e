import CZeroMQ
import Foundation
import Testing

@testable import Transport

/// Real sockets over loopback: who gets in, and who does not.
@Suite struct EncryptedSocketTests {
  @Test func aListedKeyGetsInAndIsKnownByItsName() throws {
    let door = try Door(workers: ["good", "node17"])
    let dealer = try door.dealer("node17", identity: "worker-1")
    #expect(try dealer.send([1, 2, 3]) == .sent)
    let message = try #require(try door.message())
    #expect(message.identity == Array("worker-1".utf8))
    #expect(message.user == "node17")
    #expect(message.body == [1, 2, 3])
    #expect(try door.router.send([4], to: message.identity) == .sent)
    #expect(try eventually { try dealer.receive() == [[4]] })
    #expect(door.watch.counts.keys.allSatisfy { !$0.isRejection }, "\(door.watch.counts)")
  }

  @Test func whatIsSaidCannotBeReadOnTheWire() throws {
    let door = try Door()
    let relay = try Relay(to: door.port)
    let keys = try WorkerKeys(folder: door.keys.workerFolder(WorkerName("good")))
    let dealer = try MessageSocket(
      .dealer(identity: "worker-1"), context: door.context, limits: Door.impatient, security: keys.security)
    try dealer.connect("tcp://127.0.0.1:\(relay.port)")
    #expect(try door.carries("sierra negra deforms", from: dealer))
    let wire = relay.seen
    #expect(wire.count > 200)
    for word in ["sierra negra", "worker-1", "good"] {
      #expect(wire.firstRange(of: Data(word.utf8)) == nil, "\(word)")
    }
  }

  @Test func anUnlistedKeyIsRefusedAndNamed() throws {
    let door = try Door()
    let good = try door.dealer()
    let pair = try KeyPair()
    let stranger = try door.dealer(.client(pair, server: door.keys.serverKeys().publicKey), identity: "stranger")
    _ = try stranger.send([1])
    #expect(door.counted(.unlistedKey))
    let report = try #require(reports(of: door, .unlistedKey).first)
    #expect(report.detail.contains(pair.publicKey.z85) && report.peer == "127.0.0.1")
    #expect(try door.carries("still here", from: good))
    #expect(try door.message(within: 0.2) == nil)
  }

  @Test func aWrongServerKeyIsRefusedByBothEnds() throws {
    let door = try Door()
    let good = try door.dealer()
    let keys = try WorkerKeys(folder: door.keys.workerFolder(WorkerName("good")))
    let mistaken = try door.dealer(.client(keys.pair, server: KeyPair().publicKey), identity: "mistaken")
    _ = try mistaken.send([1])
    #expect(door.counted(.protocolFailure))
    let report = try #require(reports(of: door, .protocolFailure).first)
    #expect(report.detail.contains("public key"), "\(report)")
    #expect(try door.carries("still here", from: good))
    #expect(try door.message(within: 0.2) == nil)
  }

  @Test func aPeerWithoutKeysIsRefused() throws {
    let door = try Door()
    let good = try door.dealer()
    // A peer that closes the connection first leaves a handshake that was not finished, so further peers try.
    var plain: [PlainDealer] = []
    while plain.count < 20, !door.counted(.protocolFailure, within: plain.isEmpty ? 0 : 1) {
      plain.append(try PlainDealer(address: door.address))
      plain.last?.send([1])
    }
    #expect(door.counted(.protocolFailure), "\(door.watch.counts)")
    let report = try #require(reports(of: door, .protocolFailure).first)
    #expect(report.detail.contains("encrypt"), "\(report)")
    #expect(try door.carries("still here", from: good))
    #expect(try door.message(within: 0.2) == nil)
  }

  @Test func aPeerWithKeysDoesNotTalkToALocalSocket() throws {
    let folder = try PrivateFolder()
    let context = try MessageContext()
    let watch = try ConnectionWatch()
    let address = "ipc://\(folder.url.path)/s"
    let router = try MessageSocket(.router, context: context, watch: watch)
    try router.bind(address)
    let dealer = try MessageSocket(
      .dealer(identity: "w"), context: context, limits: Door.impatient,
      security: .client(KeyPair(), server: KeyPair().publicKey))
    #expect(throws: EndpointError.self) { try dealer.connect(address) }
    // And if it is made to, it is refused all the same.
    try dealer.connectUnchecked(address)
    _ = try dealer.send([1])
    #expect(eventually { watch.counts[.protocolFailure] ?? 0 > 0 })
    #expect(try router.receiveFromPeer() == nil)
  }

  @Test func aKeyThatIsAddedWhileItRunsGetsIn() throws {
    let door = try Door()
    try door.keys.makeWorker(WorkerName("late"))
    #expect(eventually { door.authenticator.names == ["good", "late"] })
    let dealer = try door.dealer("late")
    #expect(try door.carries("hello", from: dealer))
  }

  @Test func aRevokedKeyIsCutOffInTheMiddleOfItsConnectionAndStaysOut() throws {
    let door = try Door(workers: ["good", "bad"])
    let (good, bad) = (try door.dealer("good"), try door.dealer("bad"))
    #expect(try door.carries("first", from: bad))
    try door.keys.revoke(WorkerName("bad"))
    #expect(eventually { door.authenticator.names == ["good"] })
    _ = try bad.send([1])
    #expect(try eventually { try door.router.receiveFromPeer() == nil && door.watch.counts[.revokedKey] == 1 })
    let report = try #require(reports(of: door, .revokedKey).first)
    #expect(report.peer.hasPrefix("bad 127.0.0.1"), "\(report)")
    let again = try door.dealer("bad", identity: "again")
    _ = try again.send([1])
    #expect(door.counted(.unlistedKey))
    #expect(try door.carries("still here", from: good))
    #expect(try door.message(within: 0.2) == nil)
  }

  @Test func anotherKeyUnderTheSameNameDoesNotReviveTheOldConnection() throws {
    let door = try Door(workers: ["bad"])
    let bad = try door.dealer("bad")
    #expect(try door.carries("first", from: bad))
    let file = door.keys.allowed.appending(path: "bad.public")
    try FileManager.default.removeItem(at: file)
    try KeyFile.write(KeyPair().publicKey, to: file)
    _ = eventually(within: 2) { false }
    _ = try bad.send([1])
    #expect(try eventually { try door.router.receiveFromPeer() == nil && door.watch.counts[.revokedKey] == 1 })
  }

  @Test func nobodyGetsInPastAnAuthenticatorThatHasStopped() throws {
    let door = try Door()
    let before = try door.dealer("good", identity: "before")
    #expect(try door.carries("first", from: before))
    door.authenticator.stop()
    let after = try door.dealer("good", identity: "after")
    _ = try after.send([1])
    let stranger = try door.dealer(
      .client(KeyPair(), server: door.keys.serverKeys().publicKey), identity: "stranger")
    _ = try stranger.send([1])
    #expect(door.counted(.unfinishedHandshake, atLeast: 2), "\(door.watch.counts)")
    #expect(try door.message(within: 0.5) == nil)
    // Whoever was let in before still is.
    #expect(try door.carries("still here", from: before))
  }

  @Test func nobodyGetsInPastAnAuthenticatorThatIsStuck() throws {
    var limits = SocketLimits()
    limits.handshakeMilliseconds = 300
    let door = try Door(limits: limits)
    door.authenticator.stop()
    // Another one that takes every question and answers none.
    let stuck = try InprocSocket(ZMQ_ROUTER, context: door.context)
    // The stopped one's place becomes free when ZeroMQ has closed its socket.
    let isInPlace = eventually { (try? stuck.listen("inproc://zeromq.zap.01")) != nil }
    #expect(isInPlace)
    let dealer = try door.dealer()
    _ = try dealer.send([1])
    #expect(door.counted(.unfinishedHandshake), "\(door.watch.counts)")
    #expect(try door.router.receiveFromPeer() == nil)
  }

  @Test func aContextHasOneAuthenticatorAndAFolderThatIsOpenHasNone() throws {
    let door = try Door()
    #expect(throws: ZeroMQError.self) {
      try Authenticator(context: door.context, folder: door.keys.allowed, watch: door.watch)
    }
    chmod(door.keys.allowed.path, 0o755)
    #expect(throws: KeyFileError.self) {
      try Authenticator(context: MessageContext(), folder: door.keys.allowed, watch: door.watch)
    }
  }

  @Test func takingOverAnIdentityDoesNotTakeOverItsName() throws {
    let door = try Door(workers: ["good", "thief"])
    var claims = IdentityClaims()
    let good = try door.dealer("good", identity: "w")
    #expect(try door.carries("first", from: good))
    let first = claims.admits(Array("w".utf8), user: "good")
    #expect(first)
    let thief = try door.dealer("thief", identity: "w")
    _ = try thief.send([6, 6, 6])
    let message = try #require(try door.message())
    #expect(message.body == [6, 6, 6] && message.user == "thief")
    let second = claims.admits(message.identity, user: message.user)
    #expect(!second)
  }

  private func reports(of door: Door, _ event: ConnectionEvent) -> [ConnectionReport] {
    door.watch.reports.takeAll().filter { $0.event == event }
  }
}
