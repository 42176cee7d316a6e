import Tables

extension VolcanoRanking {
  /// The ranking as CSV, one volcano per line.
  public var commaSeparated: String { commaSeparated(expectedShares: nil) }

  /// The ranking as CSV, one volcano per line.
  ///
  /// - Parameter expectedShares: by volcano, the expected fraction of its interferograms above the threshold that
  ///   deform; `nil` if no prior was stated.
  /// - Returns: the text of the file.
  func commaSeparated(expectedShares: [String: Double]?) -> String {
    var table = CommaSeparatedTable(
      header: [
        "rank", "volcano", "scored", "rejected", "unreadable", "quarantined", "above_0.5", "above_0.8", "threshold",
        "above_threshold", "highest_probability", "best_interferogram",
      ] + (expectedShares == nil ? [] : ["expected_share"]))
    for (place, summary) in volcanoes.enumerated() {
      table.append(
        [
          String(place + 1), summary.volcano, String(summary.scored), String(summary.rejected),
          String(summary.unreadable), String(summary.quarantined), String(summary.aboveHalf),
          String(summary.aboveFourFifths),
          String(threshold), String(summary.aboveThreshold),
          summary.best.map { String($0.maximumProbability) } ?? "", summary.best?.id ?? "",
        ] + Self.field(expectedShares, of: summary.volcano))
    }
    return table.text
  }

  /// The field of the expected share; none if no prior was stated.
  private static func field(_ expectedShares: [String: Double]?, of volcano: String) -> [String] {
    guard let expectedShares else { return [] }
    return [expectedShares[volcano].map { String(Float($0)) } ?? ""]
  }

  /// The first volcanoes as aligned columns for a terminal, with a header line.
  public func columns(top: Int) -> String {
    var table = AlignedTable(
      header: ["rank", "volcano", "scored", "above \(threshold)", "highest P", "best interferogram"],
      leftAligned: [1, 5])
    for (place, summary) in volcanoes.prefix(top).enumerated() {
      table.append([
        String(place + 1), summary.volcano, String(summary.scored), String(summary.aboveThreshold),
        summary.best.map { String($0.maximumProbability) } ?? "–", summary.best?.id ?? "–",
      ])
    }
    return table.text
  }
}
