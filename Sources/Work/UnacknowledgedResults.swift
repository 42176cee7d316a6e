import Messaging

import struct Scheduling.Lease

/// Results that are not known to be durable, each with when it is to be sent again. Where units are short a worker
/// has hundreds of them, and every message asks for one: to find one takes the same time however many there are.
struct UnacknowledgedResults: Sendable {
  private struct Entry {
    let order: Int
    let result: Volcsweep_UnitResult
    var sentAt: Double
    var resendSeconds: Double

    var dueAt: Double { sentAt + resendSeconds }
  }

  /// A result is sent again after this long, then after twice as long, up to 16 times this.
  let resendSeconds: Double
  private var entries: [Lease: Entry] = [:]
  private var nextOrder = 0
  /// No result is due before this time.
  private var nothingDueBefore = Double.infinity

  init(resendSeconds: Double) {
    self.resendSeconds = resendSeconds
  }

  var isEmpty: Bool { entries.isEmpty }

  /// In the order in which they were computed.
  var leases: [Lease] { entries.values.sorted { $0.order < $1.order }.map(\.result.lease) }

  func contains(_ lease: Lease) -> Bool { entries[lease] != nil }

  /// Adds a result that was sent now.
  mutating func insert(_ result: Volcsweep_UnitResult, at now: Double) {
    let entry = Entry(order: nextOrder, result: result, sentAt: now, resendSeconds: resendSeconds)
    entries[result.lease] = entry
    nextOrder += 1
    nothingDueBefore = min(nothingDueBefore, entry.dueAt)
  }

  mutating func remove(_ lease: Lease) {
    entries[lease] = nil
  }

  mutating func removeAll() {
    entries.removeAll()
    nothingDueBefore = .infinity
  }

  /// Results to be sent again, in the order in which they were computed; they count as sent now.
  ///
  /// - Parameters:
  ///   - now: on the clock of the inputs.
  ///   - isEach: whether to return all, due or not.
  /// - Returns: the results to send.
  mutating func takeDue(at now: Double, all isEach: Bool = false) -> [Volcsweep_UnitResult] {
    guard isEach || now >= nothingDueBefore else { return [] }
    let due = entries.filter { isEach || now >= $0.value.dueAt }.sorted { $0.value.order < $1.value.order }
    for (key, entry) in due {
      entries[key]?.sentAt = now
      entries[key]?.resendSeconds = min(entry.resendSeconds * 2, resendSeconds * 16)
    }
    nothingDueBefore = entries.values.lazy.map(\.dueAt).min() ?? .infinity
    return due.map(\.value.result)
  }
}
