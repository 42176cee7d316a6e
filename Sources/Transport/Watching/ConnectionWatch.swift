import Foundation
import Synchronization

/// Where everything that guards a coordinator's door says what it saw. Any thread may.
public final class ConnectionWatch: Sendable {
  /// At most one report a second of each kind of event.
  public let reports: Mailbox<ConnectionReport>
  private let tally = Mutex(ConnectionTally())
  private let begun = ContinuousClock.now

  /// - Throws: ``ZeroMQError`` when the process has no file descriptors left.
  public init() throws(ZeroMQError) {
    reports = try Mailbox()
  }

  public func note(_ event: ConnectionEvent, peer: String = "", detail: String = "") {
    if let report = tally.withLock({ $0.note(event, peer: peer, detail: detail, at: seconds) }) {
      reports.post(report)
    }
  }

  /// Posts what was held back, once its second is over; to be called now and then.
  public func flush() {
    for report in tally.withLock({ $0.overdue(at: seconds) }) { reports.post(report) }
  }

  /// How often each event happened.
  public var counts: [ConnectionEvent: Int] { tally.withLock(\.counts) }

  private var seconds: Double { (ContinuousClock.now - begun) / .seconds(1) }
}
