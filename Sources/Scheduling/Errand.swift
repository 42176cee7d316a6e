import Hashing

/// A lease whose result decides nothing: it is compared with what is known.
enum Errand: Sendable {
  /// Shows whether a place computes what others computed.
  case probe([InterferogramNumber])
  /// Shows whether a worker's result is true.
  case check(SpotCheck)

  var numbers: [InterferogramNumber] {
    switch self {
    case .probe(let numbers): numbers
    case .check(let check): check.numbers
    }
  }
}

/// A unit whose result is computed again by another worker.
struct SpotCheck: Sendable {
  struct Party: Sendable {
    let worker: WorkerID
    let seat: WorkerSeat
  }

  /// The unit's slot.
  let unit: Int32
  let numbers: [InterferogramNumber]
  /// Whose result counts.
  let first: Party
  /// Who found something else.
  var second: Party?
  /// How often it was handed out.
  var tries = 0
  /// Since when it waits.
  var since: Int64

  func involves(_ worker: WorkerID) -> Bool { first.worker == worker || second?.worker == worker }

  func involves(host: Int) -> Bool { first.seat.host == host || second?.seat.host == host }
}

/// A worker's word that an interferogram cannot be scored, which another has to confirm.
struct Claim: Sendable {
  let number: InterferogramNumber
  let worker: WorkerID
  let seat: WorkerSeat
  let reason: String
  /// When it was made, in nanoseconds of the scheduler's clock.
  let since: Int64
}

/// Which units are computed again: no worker can foresee it, and the same seed chooses the same.
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

/// The latest of something, at most so many; older ones are forgotten.
public struct Latest<Element: Hashable & Sendable>: Sendable {
  public let limit: Int
  private var order: [Element] = []
  private var next = 0
  private var members: Set<Element> = []

  public init(limit: Int) { self.limit = limit }

  public var count: Int { members.count }

  public func contains(_ element: Element) -> Bool { members.contains(element) }

  public mutating func insert(_ element: Element) {
    guard members.insert(element).inserted else { return }
    guard order.count == limit else { return order.append(element) }
    members.remove(order[next])
    order[next] = element
    next = (next + 1) % limit
  }
}
