import CZeroMQ
import Foundation

/// A message as a router has it from one of its peers.
public struct PeerMessage: Sendable {
  /// The routing identity that the peer goes by.
  public let identity: [UInt8]
  /// The name of the key that the peer proved to hold; empty on a local socket, where the file's permissions vouch
  /// for it.
  public let user: String
  /// The message; `nil` when it had not the one frame that every message of the protocol has.
  public let body: [UInt8]?

  public init(identity: [UInt8], user: String, body: [UInt8]?) {
    self.identity = identity
    self.user = user
    self.body = body
  }
}

extension MessageSocket {
  /// The next message that has arrived at a router. Messages over connections whose key has been revoked since are
  /// dropped and counted here.
  ///
  /// - Returns: `nil` when none has arrived.
  /// - Throws: ``ZeroMQError`` when the socket fails.
  public func receiveFromPeer() throws(ZeroMQError) -> PeerMessage? {
    var message = zmq_msg_t()
    zmq_msg_init(&message)
    defer { zmq_msg_close(&message) }
    while true {
      guard try take(&message) else { return nil }
      let identity = Self.bytes(&message)
      guard zmq_msg_more(&message) != 0, try take(&message) else { continue }
      let user = user(&message)
      var body: [UInt8]? = zmq_msg_more(&message) == 0 && user != nil ? Self.bytes(&message) : nil
      var isWhole = zmq_msg_more(&message) == 0
      while !isWhole, try take(&message) {
        body = nil
        isWhole = zmq_msg_more(&message) == 0
      }
      if let user { return PeerMessage(identity: identity, user: user, body: body) }
    }
  }

  /// The next message that has arrived at a dealer, as its frames.
  ///
  /// - Returns: `nil` when none has arrived.
  /// - Throws: ``ZeroMQError`` when the socket fails.
  public func receive() throws(ZeroMQError) -> [[UInt8]]? {
    if case .server = security { preconditionFailure("a socket with keys hears its peers by receiveFromPeer") }
    var message = zmq_msg_t()
    zmq_msg_init(&message)
    defer { zmq_msg_close(&message) }
    var frames: [[UInt8]] = []
    while try take(&message) {
      frames.append(Self.bytes(&message))
      if zmq_msg_more(&message) == 0 { return frames }
    }
    return nil
  }

  /// The name of the key behind a message: empty where there are no keys, `nil` when it may not speak (any more).
  private func user(_ message: inout zmq_msg_t) -> String? {
    // Without keys a peer could call itself what it likes, so nothing that it says of itself is read.
    guard case .server(_, let authenticator) = security else { return "" }
    guard let name = zmq_msg_gets(&message, "User-Id"),
      let key = zmq_msg_gets(&message, AuthenticationReply.keyProperty), authenticator.admits(name: name, key: key)
    else {
      let address = zmq_msg_gets(&message, "Peer-Address").map { String(cString: $0) } ?? ""
      let name = zmq_msg_gets(&message, "User-Id").map { String(cString: $0) } ?? ""
      watch?.note(.revokedKey, peer: "\(name) \(address)")
      return nil
    }
    return String(cString: name)
  }

  /// - Returns: whether a frame was there.
  private func take(_ message: inout zmq_msg_t) throws(ZeroMQError) -> Bool {
    if zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) >= 0 { return true }
    if [EAGAIN, EINTR].contains(zmq_errno()) { return false }
    throw ZeroMQError("receiving a message")
  }

  private static func bytes(_ message: inout zmq_msg_t) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message)))
  }
}
