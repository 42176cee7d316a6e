import Foundation
import Synchronization

/// Collects the events of a coordinator's listeners. May be used from any thread.
public final class ConnectionWatch: Sendable {
  /// At most one report per second for each kind of event.
  public let reports: Mailbox<ConnectionReport>
  private let tally = Mutex(ConnectionTally())
  private let begun = ContinuousClock.now

  /// - Throws: ``ZeroMQError`` if the process has no file descriptors left.
  public init() throws(ZeroMQError) {
    reports = try Mailbox()
  }

  /// Counts an event and posts a report, unless one was posted in this second.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - peer: the peer, as far as known.
  ///   - detail: details, as far as known.
  public func note(_ event: ConnectionEvent, peer: String = "", detail: String = "") {
    if let report = tally.withLock({ $0.note(event, peer: peer, detail: detail, at: seconds) }) {
      reports.post(report)
    }
  }

  /// Posts delayed reports whose second is over; call periodically.
  public func flush() {
    for report in tally.withLock({ $0.overdue(at: seconds) }) { reports.post(report) }
  }

  /// Total by event.
  public var counts: [ConnectionEvent: Int] { tally.withLock(\.counts) }

  private var seconds: Double { (ContinuousClock.now - begun) / .seconds(1) }
}
