import Interferometry
import SweepRecords

/// Whether two results of one interferogram agree: by their bytes where machines of one kind made both, else to
/// ``tolerance``.
package enum ResultComparison {
  /// The largest difference of two probabilities that different kinds of machines may have.
  static let tolerance: Float = 1e-4

  /// - Returns: what differs, in words; `nil` when the results agree or cannot be compared.
  package static func difference(
    first: Outcome, of firstKind: MachineKind?, later: Outcome, of laterKind: MachineKind?
  ) -> String? {
    switch (first, later) {
    case (.quarantined, _), (_, .quarantined), (.unreadable, _), (_, .unreadable), (.rejected, .rejected): nil
    case (.rejected(let reason), .scored): "rejected first (\(reason)), scored later"
    case (.scored, .rejected(let reason)): "scored first, rejected later (\(reason))"
    case (.scored(let first), .scored(let later)):
      firstKind != nil && firstKind == laterKind ? difference(first, later) : roughDifference(first, later)
    }
  }

  private static func difference(_ first: DetectionResult, _ later: DetectionResult) -> String? {
    if let rough = roughDifference(first, later) { return rough }
    let isSame =
      first.patchProbabilities.map(\.bitPattern) == later.patchProbabilities.map(\.bitPattern)
      && first.maximumProbability.bitPattern == later.maximumProbability.bitPattern
      && (first.row, first.column) == (later.row, later.column)
      && (first.pixelsAbove05, first.pixelsAbove08) == (later.pixelsAbove05, later.pixelsAbove08)
      && first.box == later.box
    return isSame ? nil : "last digits differ between machines of one kind"
  }

  private static func roughDifference(_ first: DetectionResult, _ later: DetectionResult) -> String? {
    let (a, b) = (first.patchProbabilities, later.patchProbabilities)
    guard a.count == b.count, zip(a, b).allSatisfy({ $0.isNaN == $1.isNaN }) else {
      return "different patches were scored"
    }
    let largest = zip(a, b).reduce(abs(first.maximumProbability - later.maximumProbability)) { largest, pair in
      pair.0.isNaN ? largest : max(largest, abs(pair.0 - pair.1))
    }
    return largest > tolerance ? "probabilities differ by \(largest)" : nil
  }
}
