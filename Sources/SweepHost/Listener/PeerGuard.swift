import Coordination
import Transport

/// Enforces that each peer uses its own identity and stays within its rate.
struct PeerGuard {
  private var claims: [Int: IdentityClaims] = [:]
  /// Each one holds its identity's claim.
  private var peers: [PeerID: Known] = [:]
  private var lookedAt = 0.0
  private let limits: PeerRateLimits
  /// A peer silent for longer loses its identity; a sweep has evicted it long before.
  private let forgetSeconds: Double

  private struct Known {
    let user: String
    var rate: PeerRate
    var heardAt: Double
  }

  init(limits: PeerRateLimits, forgetSeconds: Double = 3600) {
    self.limits = limits
    self.forgetSeconds = forgetSeconds
  }

  /// - Parameters:
  ///   - message: as received.
  ///   - id: the identity it claims.
  ///   - seconds: now, on a monotonic clock.
  /// - Returns: why the message is dropped; `nil` if it is accepted.
  mutating func objection(to message: PeerMessage, from id: PeerID, at seconds: Double) -> ConnectionEvent? {
    let index: Dictionary<PeerID, Known>.Index
    if let known = peers.index(forKey: id) {
      guard peers.values[known].user == message.user else { return .foreignIdentity }
      index = known
    } else {
      guard claims[id.socket, default: IdentityClaims()].admits(id.identity, user: message.user) else {
        return .foreignIdentity
      }
      peers[id] = Known(user: message.user, rate: PeerRate(limits, at: seconds), heardAt: seconds)
      guard let new = peers.index(forKey: id) else { preconditionFailure("a peer just entered is there") }
      index = new
    }
    peers.values[index].heardAt = seconds
    guard peers.values[index].rate.admits(bytes: message.body?.count ?? 0, at: seconds) else { return .tooFast }
    return message.body == nil ? .malformedMessage : nil
  }

  /// Whether further messages in the frame of an accepted one are within the rate; their bytes are counted with
  /// it.
  mutating func admits(_ count: Int, joinedTo id: PeerID, at seconds: Double) -> Bool {
    guard let index = peers.index(forKey: id) else { return false }
    return (0..<count).allSatisfy { _ in peers.values[index].rate.admits(bytes: 0, at: seconds) }
  }

  /// Allows a peer this many messages beyond its rate, because it got leases.
  mutating func expectAnswers(_ count: Int, from id: PeerID) {
    guard let index = peers.index(forKey: id) else { return }
    peers.values[index].rate.expectAnswers(count)
  }

  /// Forgets peers that have been silent for long; call periodically.
  mutating func forget(at seconds: Double) {
    guard seconds - lookedAt > forgetSeconds / 10 else { return }
    lookedAt = seconds
    for (id, peer) in peers where seconds - peer.heardAt > forgetSeconds {
      peers[id] = nil
      claims[id.socket]?.release(id.identity)
    }
  }
}
