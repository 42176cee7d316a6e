import Hashing

/// A lease whose result decides nothing: it is compared with what is known.
enum Errand: Sendable {
  /// Tests whether a slot can compute what others computed.
  case probe([InterferogramNumber])
  /// Tests whether another worker's result is right.
  case check(SpotCheck)

  var numbers: [InterferogramNumber] {
    switch self {
    case .probe(let numbers): numbers
    case .check(let check): check.numbers
    }
  }
}

/// A unit whose result another worker recomputes.
struct SpotCheck: Sendable {
  struct Party: Sendable {
    let worker: WorkerID
    let seat: WorkerSeat
  }

  /// The unit's slot.
  let unit: Int32
  let numbers: [InterferogramNumber]
  /// The worker whose result counts.
  let first: Party
  /// A worker that found a different result.
  var second: Party?
  /// How often it was assigned.
  var tries = 0
  /// When it started to wait, nanoseconds of the scheduler's clock.
  var since: Int64

  func involves(_ worker: WorkerID) -> Bool { first.worker == worker || second?.worker == worker }

  func involves(host: Int) -> Bool { first.seat.host == host || second?.seat.host == host }
}

/// A worker's statement that an interferogram cannot be scored, to be confirmed by another worker.
struct Claim: Sendable {
  let number: InterferogramNumber
  let worker: WorkerID
  let seat: WorkerSeat
  let reason: String
  /// When the claim was made, in nanoseconds of the scheduler's clock.
  let since: Int64
}

/// Chooses the units to recompute: unpredictable for workers, reproducible from the seed.
struct CheckChoice: Sendable {
  let fraction: Double
  let seed: UInt64

  func isChosen(_ lease: Lease) -> Bool {
    guard fraction > 0 else { return false }
    let attempt = UInt64(clamping: lease.attempt)
    let chance = SplitMix64.mixed(seed ^ lease.unit &* SplitMix64.increment ^ attempt &* 0xD1B5_4A32_D192_ED03)
    return Double(chance >> 11) * 0x1p-53 < fraction
  }
}

/// A bounded set: when it is full, inserting an element drops the oldest.
public struct Latest<Element: Hashable & Sendable>: Sendable {
  /// The most elements it holds.
  public let limit: Int
  private var order: [Element] = []
  private var next = 0
  private var members: Set<Element> = []

  public init(limit: Int) { self.limit = limit }

  /// Number of elements held, at most ``limit``.
  public var count: Int { members.count }

  /// Whether the element is held.
  public func contains(_ element: Element) -> Bool { members.contains(element) }

  /// Inserts an element; one that is held already keeps its age.
  public mutating func insert(_ element: Element) {
    guard members.insert(element).inserted else { return }
    guard order.count == limit else { return order.append(element) }
    members.remove(order[next])
    order[next] = element
    next = (next + 1) % limit
  }
}
