/// Who a message came from: the identity that a worker chose, and the socket that it came through.
public struct PeerID: Hashable, Sendable, Comparable {
  /// Which of the coordinator's sockets.
  public let socket: Int
  /// The routing identity, unique among all workers that ever were.
  public let identity: [UInt8]

  public init(socket: Int = 0, identity: [UInt8]) {
    self.socket = socket
    self.identity = identity
  }

  // It is looked up several times a message: byte for byte, as arrays do it, costs as much as taking the message.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(socket)
    identity.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  public static func < (left: PeerID, right: PeerID) -> Bool {
    (left.socket, left.identity.count) == (right.socket, right.identity.count)
      ? left.identity.lexicographicallyPrecedes(right.identity)
      : (left.socket, left.identity.count) < (right.socket, right.identity.count)
  }
}
