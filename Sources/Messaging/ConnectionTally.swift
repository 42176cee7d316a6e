/// What may happen at a coordinator's door.
public enum ConnectionEvent: String, Sendable, CaseIterable {
  case accepted = "connection accepted"
  case disconnected = "connection closed"
  /// Bytes that are no ZMTP, another mechanism (a peer without keys), a wrong server key.
  case protocolFailure = "handshake failed"
  /// Gone, or silent for too long, before the handshake was over; or nobody was there to judge the key.
  case unfinishedHandshake = "handshake timed out"
  /// A key that is not, or no longer, on the list of those let in.
  case unlistedKey = "key not authorised"
  /// A message over a connection whose key has been revoked since.
  case revokedKey = "message with a revoked key dropped"
  /// A message under a routing identity that another key introduced.
  case foreignIdentity = "message under another key's identity dropped"
  case tooFast = "message beyond the rate limit dropped"
  case malformedMessage = "malformed message dropped"
  /// A file of the list of keys that lets nobody in.
  case unusableKey = "unusable key file"

  /// Whether it is somebody being kept out, rather than the ordinary coming and going.
  public var isRejection: Bool {
    switch self {
    case .accepted, .disconnected: false
    default: true
    }
  }
}

/// One line for a log: an event that happened `count` times since it was last reported.
public struct ConnectionReport: Equatable, Sendable, CustomStringConvertible {
  public let event: ConnectionEvent
  public let count: Int
  /// Whom the last one came from: an address, a key's name, or both; empty when that cannot be known.
  public let peer: String
  /// What more is known of the last one.
  public let detail: String

  public var description: String {
    let last = [peer.isEmpty ? "" : "from \(peer)", detail].filter { !$0.isEmpty }.joined(separator: ": ")
    guard count > 1 else { return last.isEmpty ? event.rawValue : "\(event.rawValue) (\(last))" }
    return "\(event.rawValue) (\(count) times\(last.isEmpty ? "" : ", the last one \(last)"))"
  }
}

/// Counts everything, reports each kind of event at most once in an interval: a flood at the door is no flood in the
/// log.
public struct ConnectionTally: Sendable {
  /// Since the beginning.
  public private(set) var counts: [ConnectionEvent: Int] = [:]
  private var unreported: [ConnectionEvent: (count: Int, peer: String, detail: String)] = [:]
  private var reportedAt: [ConnectionEvent: Double] = [:]
  private let intervalSeconds: Double

  public init(intervalSeconds: Double = 1) {
    self.intervalSeconds = intervalSeconds
  }

  /// - Parameters:
  ///   - event: what happened.
  ///   - peer: to whom, as far as it is known.
  ///   - detail: what more is known.
  ///   - seconds: now, on any clock that never goes back.
  /// - Returns: what is to be logged now, if anything.
  public mutating func note(_ event: ConnectionEvent, peer: String, detail: String, at seconds: Double)
    -> ConnectionReport?
  {
    counts[event, default: 0] += 1
    unreported[event] = ((unreported[event]?.count ?? 0) + 1, peer, detail)
    return report(event, at: seconds)
  }

  /// What was held back and may be logged now.
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
