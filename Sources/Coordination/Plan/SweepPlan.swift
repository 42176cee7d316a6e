import Interferometry
import Messaging
import Scheduling
import SweepRecords

import struct Foundation.Data

/// The remaining work of a sweep, from the ledger.
public struct SweepPlan: Sendable {
  /// The open units, in the order of assignment.
  public let units: [PlannedUnit]
  /// Units with an interferogram that was scored before.
  let proven: [WorkUnit]
  private let losses: [UnitID: [LoggedLoss]]
  private let claims: [InterferogramNumber: [KnownClaim]]
  /// The lowest unit number that the sweep never used.
  public let nextUnit: UnitID
  /// The parent of each unit that came from a split.
  public let parents: [UnitID: UnitID]
  /// Execution plan by kind of machine.
  let machinePlans: [String: String]
  /// Number of open interferograms that are not swept now: of stacks that the job does not ask for, or with
  /// invalid names.
  public let leftCount: Int
  private let stacks: [Int: PlannedStack]
  private let interferograms: [InterferogramNumber: OpenInterferogram]
  /// Other interferograms that are recomputed.
  private var others: [InterferogramNumber: OpenInterferogram] = [:]
  /// Number of interferograms that were open when the plan was read.
  public let interferogramCount: Int
  private let shapes: [Int: PatchShape]
  /// Gate results under an earlier model.
  private let gates: [InterferogramNumber: KnownGate]
  /// Where activations lie that are reused.
  private let activations: [InterferogramNumber: Lease]

  /// The patches of a stack's interferograms.
  package struct PatchShape: Sendable {
    /// Rows of the patch grid of the finest scale.
    let rows: Int
    /// Columns of the patch grid of the finest scale.
    let columns: Int
    /// Number of patches of all scales.
    let count: Int
    /// Pixels along each axis that are averaged to a pixel, for each scale.
    let scales: [Int]

    package init(rows: Int, columns: Int, count: Int? = nil, scales: [Int] = [1]) {
      (self.rows, self.columns, self.scales) = (rows, columns, scales)
      self.count = count ?? rows * columns
    }
  }

  /// What earlier coordinators learnt, as the ledger has it.
  package struct Memory: Sendable {
    /// The deaths that are put down to units.
    package var losses: [UnitID: [LoggedLoss]] = [:]
    /// Reports of workers that an open interferogram cannot be scored, with the reason, in plan order.
    package var claims: [KnownClaim] = []
    /// By which plan each kind of machine computes.
    package var machinePlans: [String: String] = [:]
    /// What the gate said under an earlier model.
    package var gates: [InterferogramNumber: KnownGate] = [:]
    /// The leases whose files hold activations that are reused.
    package var activations: [InterferogramNumber: Lease] = [:]

    package init() {}
  }

  /// - Parameters:
  ///   - units: the open units, in the order in which they are handed out.
  ///   - proven: units with an interferogram that was scored before.
  ///   - nextUnit: the first number that no unit of the sweep ever had.
  ///   - parents: of every unit that was split off another, the other.
  ///   - stacks: the planned stacks by number.
  ///   - shapes: rows and columns of their patch grids; none of a stack into which no patch fits.
  ///   - interferograms: the open ones that are swept now.
  ///   - others: those of `proven`.
  ///   - leftCount: open interferograms that are not swept now.
  ///   - memory: what earlier coordinators learnt.
  package init(
    units: [PlannedUnit], proven: [WorkUnit], nextUnit: UnitID, parents: [UnitID: UnitID],
    stacks: [Int: PlannedStack], shapes: [Int: PatchShape], interferograms: [OpenInterferogram],
    others: [OpenInterferogram], leftCount: Int, memory: Memory
  ) {
    (self.units, self.proven, self.nextUnit, self.parents) = (units, proven, nextUnit, parents)
    (self.stacks, self.shapes, self.leftCount) = (stacks, shapes, leftCount)
    self.interferograms = Dictionary(uniqueKeysWithValues: interferograms.map { ($0.number, $0) })
    interferogramCount = interferograms.count
    (losses, claims) = (memory.losses, Dictionary(grouping: memory.claims, by: \.number))
    (machinePlans, gates, activations) = (memory.machinePlans, memory.gates, memory.activations)
    for one in others { self.others[one.number] = one }
  }

  /// Number of interferograms whose gate result is known.
  public var knownGateCount: Int { gates.count }
  /// Number of those whose pixels need not be read.
  public var activationCount: Int { activations.count }

  /// Adds interferograms that are reopened.
  mutating func add(_ brought: [BroughtInterferogram]) {
    for one in brought {
      others[one.number] = one.planned
    }
  }

  /// The open units, with what earlier coordinators recorded about them.
  func plannedUnits(numbering hosts: inout HostNumbers) -> [PlannedUnit] {
    self.units.map { planned in
      let losses = self.losses[planned.unit.id] ?? []
      let claims: [KnownClaim] = planned.unit.interferograms.flatMap { self.claims[$0] ?? [] }
      guard !losses.isEmpty || !claims.isEmpty else { return planned }
      return PlannedUnit(
        unit: planned.unit, blame: planned.blame, parent: planned.parent,
        losses: losses.map {
          UnitLoss(
            seat: hosts.seat($0.seat), weight: $0.weight,
            standing: UnitLoss.Standing(rawValue: $0.standing) ?? .forgiven)
        },
        claims: claims.map {
          PlannedClaim(interferogram: $0.number, seat: hosts.seat($0.seat), reason: $0.reason)
        })
    }
  }

  /// What the patches of those whose pixels are read would take, bytes, with so many of each; fewer by what the
  /// gate keeps out.
  package func patchBytes(each: Int) -> Int {
    interferograms.values.reduce(0) { sum, open in
      guard activations[open.number] == nil, let shape = shapes[open.stack] else { return sum }
      return sum + shape.count * each
    }
  }

  func assignment(of unit: WorkUnit, _ lease: Lease) -> Volcsweep_Assignment {
    var assignment = Volcsweep_Assignment()
    assignment.lease = lease
    if let stack = stacks[unit.stack] {
      assignment.stack = stack.file
      assignment.height = UInt32(clamping: stack.grid.height)
      assignment.width = UInt32(clamping: stack.grid.width)
    }
    assignment.interferograms = unit.interferograms.map { number in
      var planned = Volcsweep_PlannedInterferogram()
      planned.number = UInt32(clamping: number)
      planned.pair = (interferograms[number] ?? others[number])?.pair.description ?? ""
      if let gate = gates[number] {
        planned.keptPatches = gate.keptPatches
        planned.noDataShare = gate.noDataShare
        planned.meanCoherence = gate.meanCoherence ?? -1
      }
      if let lease = activations[number] {
        planned.activations = "\(ActivationTerms.folderName(ofStack: assignment.stack))/\(lease.activationFileName)"
      }
      return planned
    }
    return assignment
  }

  /// File name of a stack in the archive.
  func stackFile(_ stack: Int) -> String? { stacks[stack]?.file }

  /// Parses a worker's data mask of an interferogram.
  ///
  /// - Returns: `nil` if there is none, or the interferogram was neither open nor is recomputed: then the mask
  ///   is not stored.
  /// - Throws: `MessageError` if it is not a mask of the interferogram's size.
  func mask(_ bytes: Data, of number: InterferogramNumber) throws(MessageError) -> DataMask? {
    guard !bytes.isEmpty, let open = interferograms[number] ?? others[number], let stack = stacks[open.stack]
    else { return nil }
    do {
      return try DataMask(bytes: [UInt8](bytes), pixelCount: stack.grid.count)
    } catch {
      throw MessageError("interferogram \(number) has an invalid data mask: \(error)")
    }
  }

  /// Checks an outcome against the interferogram's stack.
  ///
  /// - Throws: `MessageError` for an invalid result.
  func check(_ outcome: Outcome, of number: InterferogramNumber) throws(MessageError) {
    if case .rejected(let text) = outcome { try check(RejectionReason(text), of: number) }
    // Interferograms decided before this coordinator started are only compared.
    guard case .scored(let result) = outcome, let open = interferograms[number] ?? others[number],
      let stack = stacks[open.stack]
    else { return }
    guard let shape = shapes[open.stack], shape.rows == result.patchRows, shape.columns == result.patchColumns
    else {
      throw MessageError(
        "interferogram \(number) has \(result.patchRows) × \(result.patchColumns) patches, its stack "
          + "\(shapes[open.stack].map { "\($0.rows) × \($0.columns)" } ?? "none")")
    }
    guard result.patchProbabilities.count == shape.count else {
      throw MessageError(
        "interferogram \(number) has \(result.patchProbabilities.count) patches of all scales, its stack \(shape.count)"
      )
    }
    guard shape.scales.contains(result.peakScale) else {
      throw MessageError(
        "interferogram \(number) has its peak at scale \(result.peakScale), which its profile lacks")
    }
    if let map = result.sourceMap, !map.covers(stack.grid) {
      throw MessageError(
        "interferogram \(number) has a map of the source of \(map.rows) × \(map.columns) cells on a grid of "
          + "\(stack.grid) pixels")
    }
    guard result.row < stack.grid.height, result.column < stack.grid.width,
      result.pixelsAbove05 <= stack.grid.height * stack.grid.width, result.pixelsAbove08 <= result.pixelsAbove05
    else {
      throw MessageError("interferogram \(number) has its peak or its area outside its grid \(stack.grid)")
    }
    let scoredCount = result.patchProbabilities.countOfNumbers
    guard result.keptPatches == scoredCount else {
      throw MessageError("interferogram \(number) has \(scoredCount) patch probabilities for \(result.keptPatches)")
    }
  }

  /// The rejection for a raster that is too small must hold exactly if no patch fits into the stack's grid.
  private func check(_ reason: RejectionReason?, of number: InterferogramNumber) throws(MessageError) {
    guard let open = interferograms[number], let stack = stacks[open.stack] else { return }
    let isTooSmall = if case .tooSmall(let grid, _) = reason { grid == stack.grid } else { false }
    guard isTooSmall == (shapes[open.stack] == nil) else {
      throw MessageError(
        "interferogram \(number) of \(stack.grid) pixels is rejected: \(reason?.description ?? "")")
    }
  }
}
