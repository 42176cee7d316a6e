import Tables

/// The lists of interferograms as CSV.
enum CandidateTables {
  /// All interferograms of the plan with their outcomes, by name.
  static func all(_ interferograms: [ListedInterferogram], hasPrior: Bool = false) -> String {
    let columns = ListColumn.all(hasPrior: hasPrior)
    var table = CommaSeparatedTable(header: columns.map(\.name))
    for interferogram in interferograms.sorted(by: { $0.id < $1.id }) {
      table.append(columns.map { $0.value(interferogram).field })
    }
    return table.text
  }

  /// The candidates in rank order.
  static func candidates(_ ranked: [ListedInterferogram], hasPrior: Bool = false) -> String {
    let columns = ListColumn.candidates(hasPrior: hasPrior)
    var table = CommaSeparatedTable(header: ["rank"] + columns.map(\.name))
    for (place, interferogram) in ranked.enumerated() {
      table.append([String(place + 1)] + columns.map { $0.value(interferogram).field })
    }
    return table.text
  }
}
