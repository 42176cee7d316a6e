import CZeroMQ
import Foundation

/// A message that a router received.
public struct PeerMessage: Sendable {
  /// The sender's routing identity.
  public let identity: [UInt8]
  /// Name of the key that the peer proved to hold; empty on a local socket, which the file's permissions
  /// protect.
  public let user: String
  /// The message; `nil` if it did not consist of exactly one frame.
  public let body: [UInt8]?

  public init(identity: [UInt8], user: String, body: [UInt8]?) {
    self.identity = identity
    self.user = user
    self.body = body
  }
}

extension MessageSocket {
  /// Receives the next message at a router. Messages of connections whose key was revoked since are dropped and
  /// counted.
  ///
  /// - Returns: `nil` if none has arrived.
  /// - Throws: ``ZeroMQError`` if the socket fails.
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

  /// Receives the next message at a dealer, as frames.
  ///
  /// - Returns: `nil` if none has arrived.
  /// - Throws: ``ZeroMQError`` if the socket fails.
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

  /// Name of the key behind a message: empty without keys, `nil` if it is not authorised (any more).
  private func user(_ message: inout zmq_msg_t) -> String? {
    // Without keys a peer could claim any name, so the name is not read.
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

  /// - Returns: whether there was a frame.
  private func take(_ message: inout zmq_msg_t) throws(ZeroMQError) -> Bool {
    if zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) >= 0 { return true }
    if [EAGAIN, EINTR].contains(zmq_errno()) { return false }
    throw ZeroMQError("receiving a message")
  }

  private static func bytes(_ message: inout zmq_msg_t) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message)))
  }
}
