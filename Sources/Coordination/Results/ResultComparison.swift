import Interferometry
import Messaging
import SweepRecords

/// Whether two results of one interferogram agree: by their bytes where machines of one kind made both, else to
/// ``tolerance``.
package enum ResultComparison {
  /// The largest difference of two probabilities that different kinds of machines may have.
  static let tolerance: Float = 1e-4

  /// The largest difference of two source maps, in steps of their bytes: a probability next to the border
  /// between two steps may fall on either side.
  static let toleratedSteps = 1

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
      && first.box == later.box && first.peakScale == later.peakScale
      && (first.sourceMap == later.sourceMap || first.sourceMap == nil || later.sourceMap == nil)
      // The ledger keeps embeddings in half precision.
      && HalfPrecisionNumbers.rounded(first.embedding) == HalfPrecisionNumbers.rounded(later.embedding)
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
    if largest > tolerance { return "probabilities differ by \(largest)" }
    return sourceDifference(first.sourceMap, later.sourceMap)
      ?? embeddingDifference(first.embedding, later.embedding)
  }

  private static func sourceDifference(_ first: SourceMap?, _ later: SourceMap?) -> String? {
    guard let first, let later else {
      let bytes = (first ?? later)?.values.count ?? 0
      // A large one may have had no space in its unit's result.
      return bytes > 0 && bytes <= SourceMapBudget.certainBytes ? "only one result has a map of the source" : nil
    }
    guard first.rows == later.rows, first.columns == later.columns else {
      return "the maps of the source have different shapes"
    }
    let largest = zip(first.values, later.values).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    return largest > toleratedSteps ? "the maps of the source differ by \(largest) of 255" : nil
  }

  private static func embeddingDifference(_ first: [Float], _ later: [Float]) -> String? {
    guard first.count == later.count else { return "embeddings of \(first.count) and \(later.count) numbers" }
    // Compared as the ledger keeps them, so that numbers next to a border between two steps may be a step apart.
    let (a, b) = (HalfPrecisionNumbers.rounded(first), HalfPrecisionNumbers.rounded(later))
    let differs = zip(HalfPrecisionNumbers.values(a), HalfPrecisionNumbers.values(b)).contains { one, other in
      abs(one - other) > tolerance + max(abs(one), abs(other)) / 1024
    }
    return differs ? "embeddings differ" : nil
  }
}
