/// A worker's death over a unit, and whether it counts against the unit.
public struct UnitLoss: Hashable, Sendable {
  /// Attribution of the death; stored in the ledger as its raw value.
  public enum Standing: Int, Hashable, Sendable {
    /// Undecided between the unit and the slot.
    case unproven
    /// Attributed to the unit, as far as can be known: counts against a single interferogram.
    case counted
    /// Attributed to the slot.
    case forgiven
  }

  /// Where the worker ran.
  public var seat: WorkerSeat
  /// In units of faint losses, see ``SchedulingLimits/faintLossesPerLoss``.
  public var weight: Int
  /// Attribution of the death.
  public var standing: Standing

  public init(seat: WorkerSeat, weight: Int, standing: Standing = .unproven) {
    (self.seat, self.weight, self.standing) = (seat, weight, standing)
  }
}

/// Worker deaths over one open unit.
struct Trail: Sendable {
  /// Losses kept; older ones are dropped.
  static let limit = 32

  private(set) var losses: [UnitLoss] = []
  /// The last worker lost, for the record of a quarantine.
  var worker: WorkerID = 0
  var lease = Lease(epoch: 0, unit: 0, attempt: 0)
  var cause = ""

  init(_ losses: [UnitLoss] = []) { self.losses = losses.suffix(Self.limit) }

  /// - Returns: the weight of the loss that was dropped for it, if that one did not count.
  mutating func add(_ loss: UnitLoss) -> Int {
    defer { losses.append(loss) }
    guard losses.count == Self.limit else { return 0 }
    let forgotten = losses.removeFirst()
    return forgotten.standing == .counted ? 0 : forgotten.weight
  }

  /// Attributes the losses that are still undecided.
  mutating func settle(_ standing: UnitLoss.Standing, where isMeant: (UnitLoss) -> Bool) {
    for index in losses.indices where losses[index].standing == .unproven && isMeant(losses[index]) {
      losses[index].standing = standing
    }
  }

  func weight(of standing: UnitLoss.Standing) -> Int {
    losses.reduce(0) { $0 + ($1.standing == standing ? $1.weight : 0) }
  }
}
