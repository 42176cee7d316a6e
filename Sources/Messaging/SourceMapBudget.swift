/// Space for maps of sources in a message.
public enum SourceMapBudget {
  /// For all of a unit's result, bytes, a quarter of a message's limit; further interferograms are sent without.
  public static let unitBytes = 4 << 20
  /// The most interferograms of a unit.
  private static let unitSize = 1000
  /// A map up to this size is never left out, bytes: 500 × 500 pixels take 3,969.
  public static let certainBytes = unitBytes / unitSize
}

extension Volcsweep_UnitResult {
  /// Removes the maps that ``SourceMapBudget`` has no space for, so that the result can be sent.
  public mutating func limitSourceMaps() {
    var bytes = 0
    for index in interferograms.indices {
      guard case .score(let score) = interferograms[index].outcome, !score.sourceMap.isEmpty else { continue }
      guard bytes + score.sourceMap.count > SourceMapBudget.unitBytes else {
        bytes += score.sourceMap.count
        continue
      }
      interferograms[index].score.sourceMap.removeAll()
      (interferograms[index].score.sourceRows, interferograms[index].score.sourceColumns) = (0, 0)
    }
  }
}
