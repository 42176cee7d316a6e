/// Events of a coordinator's listeners.
public enum ConnectionEvent: String, Sendable, CaseIterable {
  case accepted = "connection accepted"
  case disconnected = "connection closed"
  /// Bytes that are not ZMTP, another mechanism (a peer without keys), or a wrong server key.
  case protocolFailure = "handshake failed"
  /// Closed, or silent for too long, before the handshake was complete; or no authenticator was running.
  case unfinishedHandshake = "handshake timed out"
  /// A key that is not on the allow-list, or not any more.
  case unlistedKey = "key not authorised"
  /// A message on a connection whose key was revoked since.
  case revokedKey = "message with a revoked key dropped"
  /// A message under a routing identity that belongs to another key.
  case foreignIdentity = "message under another key's identity dropped"
  case tooFast = "message beyond the rate limit dropped"
  case malformedMessage = "malformed message dropped"
  /// A key file on the allow-list that was not accepted.
  case unusableKey = "unusable key file"

  /// Whether something was rejected, as opposed to an ordinary connect or disconnect.
  public var isRejection: Bool {
    switch self {
    case .accepted, .disconnected: false
    default: true
    }
  }
}

/// A log entry: an event that occurred `count` times since it was last reported.
public struct ConnectionReport: Equatable, Sendable, CustomStringConvertible {
  /// What happened.
  public let event: ConnectionEvent
  /// Occurrences since the last report, at least 1.
  public let count: Int
  /// Peer of the last occurrence: an address, a key's name, or both; empty if unknown.
  public let peer: String
  /// Details of the last occurrence.
  public let detail: String

  public var description: String {
    let last = [peer.isEmpty ? "" : "from \(peer)", detail].filter { !$0.isEmpty }.joined(separator: ": ")
    guard count > 1 else { return last.isEmpty ? event.rawValue : "\(event.rawValue) (\(last))" }
    return "\(event.rawValue) (\(count) times\(last.isEmpty ? "" : ", the last one \(last)"))"
  }
}

/// Counts all events, and reports each kind at most once per interval, so that a flood of connections does not
/// flood the log.
public struct ConnectionTally: Sendable {
  /// Total by event.
  public private(set) var counts: [ConnectionEvent: Int] = [:]
  private var unreported: [ConnectionEvent: (count: Int, peer: String, detail: String)] = [:]
  private var reportedAt: [ConnectionEvent: Double] = [:]
  private let intervalSeconds: Double

  public init(intervalSeconds: Double = 1) {
    self.intervalSeconds = intervalSeconds
  }

  /// - Parameters:
  ///   - event: what happened.
  ///   - peer: the peer, as far as known.
  ///   - detail: details, as far as known.
  ///   - seconds: now, on a monotonic clock.
  /// - Returns: the report to log now, if any.
  public mutating func note(_ event: ConnectionEvent, peer: String, detail: String, at seconds: Double)
    -> ConnectionReport?
  {
    counts[event, default: 0] += 1
    unreported[event] = ((unreported[event]?.count ?? 0) + 1, peer, detail)
    return report(event, at: seconds)
  }

  /// Reports that were delayed and may be logged now.
  public mutating func overdue(at seconds: Double) -> [ConnectionReport] {
    unreported.keys.sorted { $0.rawValue < $1.rawValue }.compactMap { report($0, at: seconds) }
  }

  private mutating func report(_ event: ConnectionEvent, at seconds: Double) -> ConnectionReport? {
    if let last = reportedAt[event], seconds - last < intervalSeconds { return nil }
    guard let (count, peer, detail) = unreported.removeValue(forKey: event) else { return nil }
    reportedAt[event] = seconds
    return ConnectionReport(event: event, count: count, peer: peer, detail: detail)
  }
}
