/// Who introduced which routing identity. ZeroMQ lets any peer that was let in take over another's identity, which a
/// worker needs that reconnects; here it is held to its own key.
public struct IdentityClaims: Sendable {
  /// Identities that one key may hold at a time.
  public let maximumPerUser: Int
  private var owners: [[UInt8]: String] = [:]
  private var held: [String: Int] = [:]

  public init(maximumPerUser: Int = 4096) {
    self.maximumPerUser = maximumPerUser
  }

  /// Judges a message under an identity from the holder of a key. The first one to speak under an identity holds it
  /// until it is released.
  ///
  /// - Parameters:
  ///   - identity: the routing identity.
  ///   - user: the key's name; empty for a peer on the local socket.
  /// - Returns: whether the message may be heard.
  public mutating func admits(_ identity: [UInt8], user: String) -> Bool {
    if let owner = owners[identity] { return owner == user }
    guard held[user, default: 0] < maximumPerUser else { return false }
    owners[identity] = user
    held[user, default: 0] += 1
    return true
  }

  /// Forgets an identity whose peer has left or was given up.
  public mutating func release(_ identity: [UInt8]) {
    guard let owner = owners.removeValue(forKey: identity) else { return }
    held[owner] = held[owner, default: 1] == 1 ? nil : held[owner, default: 1] - 1
  }
}
