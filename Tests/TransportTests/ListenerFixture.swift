import Foundation
import Testing

@testable import Transport

/// A folder of the test's own that goes with it, mode 0700.
final class PrivateFolder {
  let url: URL

  init() throws {
    url = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "keys-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}

/// An encrypted router on a loopback port, with its keys and the connections that it saw.
final class ListenerFixture {
  let folder: PrivateFolder
  let keys: KeyFolder
  let context: MessageContext
  let watch: ConnectionWatch
  let authenticator: Authenticator
  let router: MessageSocket
  let port: UInt16
  var address: String { "tcp://127.0.0.1:\(port)" }

  init(workers: [String] = ["good"], limits: SocketLimits = SocketLimits()) throws {
    folder = try PrivateFolder()
    keys = KeyFolder(folder.url)
    _ = try keys.makeServer()
    for worker in workers { try keys.makeWorker(WorkerName(worker)) }
    context = try MessageContext()
    watch = try ConnectionWatch()
    authenticator = try Authenticator(context: context, folder: keys.allowed, watch: watch)
    router = try MessageSocket(
      .router, context: context, limits: limits, security: .server(keys.serverKeys(), authenticator), watch: watch)
    guard case .tcp(_, let port) = try router.bind("tcp://127.0.0.1:0") else { throw ZeroMQError("no port") }
    self.port = port
  }

  func dealer(
    _ name: String = "good", identity: String? = nil, context: MessageContext? = nil,
    limits: SocketLimits = ListenerFixture.shortTimeouts
  ) throws -> MessageSocket {
    try dealer(
      WorkerKeys(folder: keys.workerFolder(WorkerName(name))).security, identity: identity ?? name,
      context: context, limits: limits)
  }

  func dealer(
    _ security: SocketSecurity, identity: String, context: MessageContext? = nil,
    limits: SocketLimits = ListenerFixture.shortTimeouts
  ) throws -> MessageSocket {
    let dealer = try MessageSocket(
      .dealer(identity: identity), context: context ?? self.context, limits: limits, security: security)
    try dealer.connect(address)
    return dealer
  }

  /// For sockets that may never deliver what they hold.
  static var shortTimeouts: SocketLimits {
    var limits = SocketLimits()
    limits.lingerMilliseconds = 0
    return limits
  }

  /// The next message, waited for.
  func message(within seconds: Double = 10) throws -> PeerMessage? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if let message = try router.receiveFromPeer() { return message }
      _ = try router.wait(alsoFor: [], milliseconds: 50)
    }
    return nil
  }

  /// Waits until an event was counted so often.
  func counted(_ event: ConnectionEvent, atLeast count: Int = 1, within seconds: Double = 15) -> Bool {
    eventually(within: seconds) { (watch.counts[event] ?? 0) >= count }
  }

  /// Sends from a good peer and waits for it to arrive, and for the answer to be back.
  func carries(_ text: String, from dealer: MessageSocket) throws -> Bool {
    // libzmq may learn a moment late that a short queue has room again.
    guard try eventually({ try dealer.send(Array(text.utf8)) == .sent }), let message = try message(),
      message.body == Array(text.utf8),
      try eventually({ try router.send(Array(text.utf8), to: message.identity) == .sent })
    else { return false }
    return try eventually { try dealer.receive() == [Array(text.utf8)] }
  }
}

/// Waits for a condition, with a limit.
func eventually(within seconds: Double = 10, _ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < deadline {
    if try condition() { return true }
    usleep(5000)
  }
  return try condition()
}
