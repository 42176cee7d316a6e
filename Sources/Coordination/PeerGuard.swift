import Messaging

/// Holds every peer to its own identity and rate; says why a message is not to be heard.
struct PeerGuard {
  private var claims: [Int: IdentityClaims] = [:]
  private var peers: [PeerID: (rate: PeerRate, heardAt: Double)] = [:]
  private var lookedAt = 0.0
  private let limits: PeerRateLimits
  /// A peer that is silent for longer holds its identity no more; a sweep has given it up long before.
  private let forgetSeconds: Double

  init(limits: PeerRateLimits, forgetSeconds: Double = 3600) {
    self.limits = limits
    self.forgetSeconds = forgetSeconds
  }

  /// - Parameters:
  ///   - message: as its socket took it.
  ///   - id: who it claims to be from.
  ///   - seconds: now, on a clock that never runs backwards.
  /// - Returns: why it is dropped; `nil` when it is to be heard.
  mutating func objection(to message: PeerMessage, from id: PeerID, at seconds: Double) -> ConnectionEvent? {
    guard claims[id.socket, default: IdentityClaims()].admits(id.identity, user: message.user) else {
      return .foreignIdentity
    }
    var peer = peers[id] ?? (PeerRate(limits, at: seconds), seconds)
    let isWithin = peer.rate.admits(bytes: message.body?.count ?? 0, at: seconds)
    peer.heardAt = seconds
    peers[id] = peer
    guard isWithin else { return .tooFast }
    return message.body == nil ? .malformedMessage : nil
  }

  /// Forgets who has been silent for long; to be called now and then.
  mutating func forget(at seconds: Double) {
    guard seconds - lookedAt > forgetSeconds / 10 else { return }
    lookedAt = seconds
    for (id, peer) in peers where seconds - peer.heardAt > forgetSeconds {
      peers[id] = nil
      claims[id.socket]?.release(id.identity)
    }
  }
}
