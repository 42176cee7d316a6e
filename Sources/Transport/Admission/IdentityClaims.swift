/// Binds routing identities to keys. ZeroMQ lets any authenticated peer take over another's identity, which
/// reconnecting workers need; here an identity stays with one key.
public struct IdentityClaims: Sendable {
  /// Identities that one key may hold at the same time.
  public let maximumPerUser: Int
  private var owners: [[UInt8]: String] = [:]
  private var held: [String: Int] = [:]

  public init(maximumPerUser: Int = 4096) {
    self.maximumPerUser = maximumPerUser
  }

  /// Checks a message with an identity from the holder of a key. The first key to use an identity owns it until
  /// it is released.
  ///
  /// - Parameters:
  ///   - identity: the routing identity.
  ///   - user: the key's name; empty for a peer on the local socket.
  /// - Returns: whether the message is accepted.
  public mutating func admits(_ identity: [UInt8], user: String) -> Bool {
    if let owner = owners[identity] { return owner == user }
    guard held[user, default: 0] < maximumPerUser else { return false }
    owners[identity] = user
    held[user, default: 0] += 1
    return true
  }

  /// Releases the identity of a peer that left or was evicted.
  public mutating func release(_ identity: [UInt8]) {
    guard let owner = owners.removeValue(forKey: identity) else { return }
    held[owner] = held[owner, default: 1] == 1 ? nil : held[owner, default: 1] - 1
  }
}
