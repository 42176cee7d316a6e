import Coordination
import Detection
import Interferometry
import Ledger
import Scheduling

extension SweepPlan {
  /// Reads the ledger's open units.
  ///
  /// - Parameters:
  ///   - ledger: planned, and its units cut.
  ///   - rule: how the sweep cuts a raster into patches, against which results are checked.
  ///   - layer: the ledger's number of the layer whose stored activations are reused; `nil` for none.
  ///   - asked: the ledger's numbers of the stacks that are to be swept; `nil` for all.
  /// - Throws: what the ledger throws.
  public init(_ ledger: Ledger, rule: PatchRule, reusing layer: Int? = nil, stacks asked: Set<Int>? = nil) throws {
    var memory = Memory()
    memory.gates = try ledger.knownGates()
    memory.activations = try layer.map { try ledger.activations(ofLayer: $0) } ?? [:]
    let planned = try ledger.stacks()
    memory.losses = try ledger.losses()
    memory.claims = try ledger.claims()
    let open = try ledger.openInterferograms().filter { planned[$0.stack] != nil }
    let wanted = asked.map { asked in open.filter { asked.contains($0.stack) } } ?? open
    // As the coordinator counts what is open.
    let leftCount = try ledger.counts().open - wanted.count
    let units = try ledger.openUnits().filter { unit in
      planned[unit.stack] != nil && asked?.contains(unit.stack) ?? true
    }.map { unit in
      PlannedUnit(
        unit: WorkUnit(id: unit.id, stack: unit.stack, interferograms: unit.interferograms), blame: unit.blame,
        parent: unit.parent)
    }
    let nextUnit = try ledger.nextUnit()
    let known = try ledger.scoredLast(limit: SchedulingLimits().probes)
    memory.machinePlans = try ledger.machinePlans()
    let opened = Set(units.map(\.unit.id))
    self.init(
      units: units,
      proven: known.filter { !opened.contains($0.unit) }.map {
        WorkUnit(id: $0.unit, stack: $0.stack, interferograms: [$0.number])
      },
      nextUnit: nextUnit, parents: try ledger.unitParents(), stacks: planned,
      shapes: planned.compactMapValues { stack in
        PatchShape(rule, of: stack.grid)
      },
      interferograms: wanted, others: known.map(\.planned), leftCount: leftCount,
      memory: memory)
  }
}

extension SweepPlan.PatchShape {
  /// The patches of an interferogram of this size; `nil` if none fits.
  init?(_ rule: PatchRule, of grid: Grid) {
    guard let layout = rule.layout(of: grid) else { return nil }
    let finest = layout.scales[0].patches
    self.init(
      rows: finest.rowStarts.count, columns: finest.columnStarts.count, count: layout.count,
      scales: layout.scales.map(\.factor))
  }
}
