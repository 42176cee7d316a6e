import Ledger
import SweepRecords

/// Differences between the machines behind a sweep's results, and suspect machines, as lines of text.
public struct MachineReport: Sendable {
  /// Processors, BLAS kernels and network plans, as far as there are several: equal bytes are only guaranteed
  /// if all three are equal.
  public let kinds: String?
  /// Machines whose results differ from earlier ones; empty if there are none.
  public let warnings: [String]

  /// - Parameter ledger: the sweep's ledger.
  /// - Throws: `LedgerError`.
  public init(_ ledger: Ledger) throws {
    self.init(kinds: try ledger.machineKinds(), differences: try ledger.differences())
  }

  init(kinds: [(kind: MachineKind, interferograms: Int)], differences: [KnownDifference]) {
    self.kinds = Self.line(kinds)
    let pairs = Dictionary(grouping: differences) { difference in
      "\(difference.second?.inWords ?? "an unknown worker") and \(difference.first?.inWords ?? "an unknown worker")"
    }
    warnings = pairs.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { names, found in
      "suspect machines: \(names) disagree on \(found.count) "
        + "\(found.count == 1 ? "interferogram" : "interferograms"), the first \(found[0].id): \(found[0].detail); "
        + "check the memory and cooling of both machines"
    }
  }

  /// Properties that may differ: plural name, and value of one kind.
  private static let properties: [(plural: String, name: @Sendable (MachineKind) -> String)] = [
    ("kinds of machines", { $0.processor }), ("BLAS kernels", { $0.blasKernel }),
    ("network plans", { "plan \($0.planHash.prefix(8))" }),
  ]

  /// Lists the differing properties, and the number of interferograms for each combination; `nil` if nothing
  /// differs.
  private static func line(_ kinds: [(kind: MachineKind, interferograms: Int)]) -> String? {
    let differing = properties.map { property in
      (property, count: Set(kinds.map { property.name($0.kind) }).count)
    }.filter { $0.count > 1 }
    guard !differing.isEmpty else { return nil }
    let what = differing.map { "\($0.count) \($0.0.plural)" }.joined(separator: " and ")
    let each = kinds.map { kind, interferograms in
      "\(differing.map { $0.0.name(kind) }.joined(separator: ", ")) (\(interferograms))"
    }
    return "the results come from \(what): \(each.joined(separator: "; "))"
  }
}
