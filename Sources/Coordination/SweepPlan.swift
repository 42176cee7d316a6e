import Detection
import Foundation
import Interferometry
import Ledger
import Messaging
import Scheduling

/// What is left to do of a sweep, as the ledger has it.
public struct SweepPlan: Sendable {
  /// The open units, in the order in which they are handed out.
  public let units: [PlannedUnit]
  /// Units with an interferogram that was scored before.
  let proven: [WorkUnit]
  private let losses: [UnitID: [LoggedLoss]]
  private let claims: [InterferogramNumber: [KnownClaim]]
  /// The first number that no unit of the sweep ever had.
  public let nextUnit: UnitID
  /// Of every unit that was split off another, the other.
  public let parents: [UnitID: UnitID]
  /// By which plan each kind of machine computes.
  let machinePlans: [String: String]
  /// Open interferograms that are not to be swept now: of stacks that nobody asks for, or whose names cannot be used.
  public let leftCount: Int
  private let stacks: [Int: PlannedStack]
  private let interferograms: [InterferogramNumber: OpenInterferogram]
  /// Others that are computed again.
  private var others: [InterferogramNumber: OpenInterferogram] = [:]
  /// How many of these were open when the plan was read.
  public let interferogramCount: Int
  private let shapes: [Int: PatchShape]
  /// What the gate said under an earlier model.
  private let gates: [InterferogramNumber: KnownGate]
  /// Where activations lie that are reused.
  private let activations: [InterferogramNumber: ActivationPlace]

  /// Rows and columns of a stack's patch grid.
  private struct PatchShape: Sendable {
    let rows: Int
    let columns: Int
  }

  /// Reads the ledger's open units.
  ///
  /// - Parameters:
  ///   - ledger: planned, and its units cut.
  ///   - rule: how the sweep cuts a raster into patches, against which results are checked.
  ///   - layer: the ledger's number of the layer whose stored activations are reused; `nil` for none.
  ///   - asked: the ledger's numbers of the stacks that are to be swept; `nil` for all.
  /// - Throws: what the ledger throws.
  public init(_ ledger: Ledger, rule: PatchRule, reusing layer: Int? = nil, stacks asked: Set<Int>? = nil) throws {
    gates = try ledger.knownGates()
    activations = try layer.map { try ledger.activations(ofLayer: $0) } ?? [:]
    let planned = try ledger.stacks()
    stacks = planned
    losses = try ledger.losses()
    claims = Dictionary(grouping: try ledger.claims(), by: \.number)
    let open = try ledger.openInterferograms().filter { planned[$0.stack] != nil }
    let wanted = asked.map { asked in open.filter { asked.contains($0.stack) } } ?? open
    // As the coordinator counts what is open.
    leftCount = try ledger.counts().open - wanted.count
    interferograms = Dictionary(uniqueKeysWithValues: wanted.map { ($0.number, $0) })
    interferogramCount = interferograms.count
    units = try ledger.openUnits().filter { unit in
      planned[unit.stack] != nil && asked?.contains(unit.stack) ?? true
    }.map { unit in
      PlannedUnit(
        unit: WorkUnit(id: unit.id, stack: unit.stack, interferograms: unit.interferograms), blame: unit.blame,
        parent: unit.parent)
    }
    nextUnit = try ledger.nextUnit()
    let known = try ledger.scoredLast(limit: SchedulingLimits().probes)
    let opened = Set(units.map(\.unit.id))
    proven = known.filter { !opened.contains($0.unit) }.map {
      WorkUnit(id: $0.unit, stack: $0.stack, interferograms: [$0.number])
    }
    for one in known {
      others[one.number] = one.planned
    }
    machinePlans = try ledger.machinePlans()
    parents = try ledger.unitParents()
    shapes = stacks.compactMapValues { stack in
      rule.patches(of: stack.grid).map { PatchShape(rows: $0.rowStarts.count, columns: $0.columnStarts.count) }
    }
  }

  /// Interferograms whose gate need not be asked again.
  public var knownGateCount: Int { gates.count }
  /// Those of them whose pixels need not be read.
  public var activationCount: Int { activations.count }

  /// Takes up interferograms that are opened again.
  mutating func add(_ brought: [BroughtInterferogram]) {
    for one in brought {
      others[one.number] = one.planned
    }
  }

  /// The open units with what earlier coordinators learnt of them.
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

  /// What the patches of those whose pixels are read would take, bytes, with so many of each; fewer by what the gate
  /// keeps out.
  func patchBytes(each: Int) -> Int {
    interferograms.values.reduce(0) { sum, open in
      guard activations[open.number] == nil, let shape = shapes[open.stack] else { return sum }
      return sum + shape.rows * shape.columns * each
    }
  }

  func assignment(of unit: WorkUnit, _ lease: Lease) -> Volcsweep_Assignment {
    var assignment = Volcsweep_Assignment()
    assignment.lease = Volcsweep_Lease(lease)
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
      if let place = activations[number] {
        planned.activations = "\(ActivationTerms.folderName(ofStack: assignment.stack))/\(place.fileName)"
      }
      return planned
    }
    return assignment
  }

  /// The file name of a stack inside the archive.
  func stackFile(_ stack: Int) -> String? { stacks[stack]?.file }

  /// Where a worker says that an interferogram has data.
  ///
  /// - Returns: `nil` where it says nothing, or the interferogram was neither open nor is computed again: then nothing of
  ///   it is kept.
  /// - Throws: `MessageError` for what is no mask of the interferogram's pixels.
  func mask(_ bytes: Data, of number: InterferogramNumber) throws(MessageError) -> DataMask? {
    guard !bytes.isEmpty, let open = interferograms[number] ?? others[number], let stack = stacks[open.stack]
    else { return nil }
    do {
      return try DataMask(bytes: [UInt8](bytes), pixelCount: stack.grid.count)
    } catch {
      throw MessageError("interferogram \(number) has an invalid data mask: \(error)")
    }
  }

  /// Checks an outcome against what the interferogram's stack makes possible.
  ///
  /// - Throws: `MessageError` for a result that no honest worker sends.
  func check(_ outcome: Outcome, of number: InterferogramNumber) throws(MessageError) {
    if case .rejected(let text) = outcome { try check(RejectionReason(text), of: number) }
    // What was decided before this coordinator began is only compared.
    guard case .scored(let result) = outcome, let open = interferograms[number] ?? others[number],
      let stack = stacks[open.stack]
    else { return }
    guard let shape = shapes[open.stack], shape.rows == result.patchRows, shape.columns == result.patchColumns
    else {
      throw MessageError(
        "interferogram \(number) has \(result.patchRows) × \(result.patchColumns) patches, its stack "
          + "\(shapes[open.stack].map { "\($0.rows) × \($0.columns)" } ?? "none")")
    }
    guard result.row < stack.grid.height, result.column < stack.grid.width,
      result.pixelsAbove05 <= stack.grid.height * stack.grid.width, result.pixelsAbove08 <= result.pixelsAbove05
    else {
      throw MessageError("interferogram \(number) has its peak or its area outside its grid \(stack.grid)")
    }
    let judged = result.patchProbabilities.countOfNumbers
    guard result.keptPatches == judged else {
      throw MessageError("interferogram \(number) has \(judged) patch probabilities for \(result.keptPatches)")
    }
  }

  /// Rasters are too small for a patch where no patch fits into their stack's grid, and nowhere else.
  private func check(_ reason: RejectionReason?, of number: InterferogramNumber) throws(MessageError) {
    guard let open = interferograms[number], let stack = stacks[open.stack] else { return }
    let isTooSmall = if case .tooSmall(let grid, _) = reason { grid == stack.grid } else { false }
    guard isTooSmall == (shapes[open.stack] == nil) else {
      throw MessageError(
        "interferogram \(number) of \(stack.grid) pixels is rejected: \(reason?.description ?? "")")
    }
  }
}
