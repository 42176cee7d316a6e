/// The active leases. Records are reused, so that memory grows with the leases active at once, not with all
/// leases ever given.
struct LeasePool: Sendable {
  struct Record: Sendable {
    var unit: Int32
    var worker: Int32
    var attempt: Int32
    /// The next lease of the same unit.
    var next: Int32
    /// When it was given, nanoseconds of the scheduler's clock.
    let since: Int64
    /// When it expires unless a heartbeat names it, nanoseconds of the scheduler's clock.
    var deadline: Int64
  }

  private(set) var records: [Record] = []
  private var free: [Int32] = []

  /// Number of active leases.
  var count: Int { records.count - free.count }

  subscript(index: Int32) -> Record {
    get { records[Int(index)] }
    _modify { yield &records[Int(index)] }
  }

  mutating func add(_ record: Record) -> Int32 {
    guard let index = free.popLast() else {
      records.append(record)
      return Int32(records.count - 1)
    }
    records[Int(index)] = record
    return index
  }

  mutating func remove(_ index: Int32) {
    records[Int(index)].unit = none
    free.append(index)
  }
}
