import Messaging

/// Results that may not be durable yet, each with the time at which it is sent again. With short units there
/// are hundreds, and every message looks one up, so lookup takes constant time.
struct UnacknowledgedResults: Sendable {
  private struct Key: Hashable {
    let epoch: UInt64
    let unit: UInt64
    let attempt: UInt32

    init(_ lease: Volcsweep_Lease) {
      (epoch, unit, attempt) = (lease.epoch, lease.unit, lease.attempt)
    }
  }

  private struct Entry {
    let place: Int
    let result: Volcsweep_UnitResult
    var sentAt: Double
    var resendSeconds: Double

    var dueAt: Double { sentAt + resendSeconds }
  }

  /// A result is sent again after this long, then after twice as long, up to 16 times this.
  let resendSeconds: Double
  private var entries: [Key: Entry] = [:]
  private var nextPlace = 0
  /// No result is due before this time.
  private var nothingDueBefore = Double.infinity

  init(resendSeconds: Double) {
    self.resendSeconds = resendSeconds
  }

  var isEmpty: Bool { entries.isEmpty }

  /// In the order in which they were computed.
  var leases: [Volcsweep_Lease] { entries.values.sorted { $0.place < $1.place }.map(\.result.lease) }

  func contains(_ lease: Volcsweep_Lease) -> Bool { entries[Key(lease)] != nil }

  /// Adds a result that was sent now.
  mutating func insert(_ result: Volcsweep_UnitResult, at now: Double) {
    let entry = Entry(place: nextPlace, result: result, sentAt: now, resendSeconds: resendSeconds)
    entries[Key(result.lease)] = entry
    nextPlace += 1
    nothingDueBefore = min(nothingDueBefore, entry.dueAt)
  }

  mutating func remove(_ lease: Volcsweep_Lease) {
    entries[Key(lease)] = nil
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
    let due = entries.filter { isEach || now >= $0.value.dueAt }.sorted { $0.value.place < $1.value.place }
    for (key, entry) in due {
      entries[key]?.sentAt = now
      entries[key]?.resendSeconds = min(entry.resendSeconds * 2, resendSeconds * 16)
    }
    nothingDueBefore = entries.values.lazy.map(\.dueAt).min() ?? .infinity
    return due.map(\.value.result)
  }
}
