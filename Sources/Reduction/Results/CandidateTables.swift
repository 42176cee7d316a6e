import Tables

/// The lists of interferograms as CSV.
enum CandidateTables {
  /// All interferograms of the plan with their outcomes, by name.
  static func all(_ interferograms: [ListedInterferogram]) -> String {
    var table = CommaSeparatedTable(header: ListColumn.all.map(\.name))
    for interferogram in interferograms.sorted(by: { $0.id < $1.id }) {
      table.append(ListColumn.all.map { $0.value(interferogram).field })
    }
    return table.text
  }

  /// The candidates in rank order.
  static func candidates(_ ranked: [ListedInterferogram]) -> String {
    var table = CommaSeparatedTable(header: ["rank"] + ListColumn.candidates.map(\.name))
    for (place, interferogram) in ranked.enumerated() {
      table.append([String(place + 1)] + ListColumn.candidates.map { $0.value(interferogram).field })
    }
    return table.text
  }
}
