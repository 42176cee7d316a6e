/// Sender of a message: the identity that a worker chose, and the socket it came through.
public struct PeerID: Hashable, Sendable, Comparable {
  /// Index of the coordinator's socket; 0 is the local one.
  public let socket: Int
  /// The routing identity, unique among all workers ever.
  public let identity: [UInt8]

  public init(socket: Int = 0, identity: [UInt8]) {
    self.socket = socket
    self.identity = identity
  }

  // Hashed several times per message: hashing byte by byte, as arrays do, costs as much as receiving the
  // message.
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
