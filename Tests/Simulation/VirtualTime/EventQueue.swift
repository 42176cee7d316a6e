import HeapModule

/// What is to happen, in the order of its moments; what falls into one moment happens in the order in which it was
/// put in.
public struct EventQueue<Occurrence> {
  private struct Entry: Comparable {
    let at: Int64
    let order: UInt64
    let occurrence: Occurrence

    static func < (left: Entry, right: Entry) -> Bool { (left.at, left.order) < (right.at, right.order) }
    static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }
  }

  private var heap = Heap<Entry>()
  private var order: UInt64 = 0
  /// The moment of what happened last, in nanoseconds.
  public private(set) var now: Int64 = 0

  public init() {}

  public var isEmpty: Bool { heap.isEmpty }

  /// - Parameters:
  ///   - occurrence: what is to happen.
  ///   - seconds: how long from now; never negative.
  public mutating func add(_ occurrence: Occurrence, afterSeconds seconds: Double) {
    order += 1
    heap.insert(Entry(at: now + Int64(max(0, seconds) * 1e9), order: order, occurrence: occurrence))
  }

  /// Goes on to the next moment at which something happens.
  ///
  /// - Returns: what happens, `nil` when nothing more does.
  public mutating func next() -> Occurrence? {
    guard let entry = heap.popMin() else { return nil }
    now = entry.at
    return entry.occurrence
  }
}
