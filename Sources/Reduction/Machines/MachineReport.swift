import Ledger

/// Which kinds of machines a sweep's results came from, and which machines are suspect, in lines for people.
public struct MachineReport: Sendable {
  /// The kinds, when there is more than one: equal bytes are only promised within one.
  public let kinds: String?
  /// Machines that found other than what was found before; empty when none did.
  public let warnings: [String]

  /// - Parameter ledger: the sweep's.
  /// - Throws: `LedgerError`.
  public init(_ ledger: Ledger) throws {
    self.init(kinds: try ledger.machineKinds(), differences: try ledger.differences())
  }

  init(kinds: [(kind: MachineKind, interferograms: Int)], differences: [KnownDifference]) {
    self.kinds =
      kinds.count < 2
      ? nil
      : "\(kinds.count) kinds of machines took part: "
        + kinds.map { "\(Self.name($0.kind, among: kinds.map(\.kind))) (\($0.interferograms))" }.joined(
          separator: "; ")
    let pairs = Dictionary(grouping: differences) { difference in
      "\(difference.second?.inWords ?? "an unknown worker") and \(difference.first?.inWords ?? "an unknown worker")"
    }
    warnings = pairs.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { names, found in
      "suspect machines: \(names) disagree on \(found.count) "
        + "\(found.count == 1 ? "interferogram" : "interferograms"), the first \(found[0].id): \(found[0].detail); "
        + "check the memory and cooling of both"
    }
  }

  /// The kind's name, with the beginning of its plan's hash where only that tells it from another.
  private static func name(_ kind: MachineKind, among kinds: [MachineKind]) -> String {
    let twins = kinds.count { $0.processor == kind.processor && $0.blasKernel == kind.blasKernel }
    return "\(kind.processor), \(kind.blasKernel)" + (twins > 1 ? ", plan \(kind.planHash.prefix(8))" : "")
  }
}
