/// A worker's death over a unit, and what it says about the unit.
public struct UnitLoss: Hashable, Sendable {
  public enum Standing: Int, Hashable, Sendable {
    /// Nothing shows yet whether the unit or the place is the cause.
    case unproven
    /// The unit is the cause, as far as can be known: it counts against an interferogram that stands alone.
    case counted
    /// The place is the cause.
    case forgiven
  }

  public var seat: WorkerSeat
  /// In faint losses.
  public var weight: Int
  public var standing: Standing

  public init(seat: WorkerSeat, weight: Int, standing: Standing = .unproven) {
    (self.seat, self.weight, self.standing) = (seat, weight, standing)
  }
}

/// What workers' deaths left behind on one open unit.
struct Trail: Sendable {
  /// The latest; older ones are forgotten.
  static let limit = 32

  private(set) var losses: [UnitLoss] = []
  /// The last one, for the record of a quarantine.
  var worker: WorkerID = 0
  var lease = Lease(epoch: 0, unit: 0, attempt: 0)
  var cause = ""

  init(_ losses: [UnitLoss] = []) { self.losses = losses.suffix(Self.limit) }

  /// - Returns: the weight of a loss that was forgotten for it and did not count.
  mutating func add(_ loss: UnitLoss) -> Int {
    defer { losses.append(loss) }
    guard losses.count == Self.limit else { return 0 }
    let forgotten = losses.removeFirst()
    return forgotten.standing == .counted ? 0 : forgotten.weight
  }

  /// Settles the losses that are unproven so far.
  mutating func settle(_ standing: UnitLoss.Standing, where isMeant: (UnitLoss) -> Bool) {
    for index in losses.indices where losses[index].standing == .unproven && isMeant(losses[index]) {
      losses[index].standing = standing
    }
  }

  func weight(of standing: UnitLoss.Standing) -> Int {
    losses.reduce(0) { $0 + ($1.standing == standing ? $1.weight : 0) }
  }
}
