import Foundation
import Tables

extension SweepComparison {
  /// Candidates of either sweep as CSV, one per line.
  public var candidateTable: String {
    var table = CommaSeparatedTable(
      header: [
        "volcano", "interferogram", "fate", "first_probability", "second_probability", "first_rank", "second_rank",
      ])
    for candidate in candidates {
      table.append([
        candidate.volcano, candidate.id, candidate.fate.rawValue, String(candidate.first), String(candidate.second),
        candidate.firstRank.map(String.init) ?? "", candidate.secondRank.map(String.init) ?? "",
      ])
    }
    return table.text
  }

  /// The first volcanoes and the total as aligned columns for a terminal.
  public func volcanoColumns(top: Int) -> String {
    var table = AlignedTable(
      header: [
        "volcano", "both scored", "appeared", "vanished", "stayed", "highest P", "then", "agree", "rank corr.",
      ],
      leftAligned: [0])
    for volcano in volcanoes.prefix(top) + [total] {
      table.append([
        volcano.volcano, String(volcano.both), String(volcano.appeared), String(volcano.vanished),
        String(volcano.stayed), Self.rounded(volcano.firstHighest), Self.rounded(volcano.secondHighest),
        volcano.agreement.map { Self.rounded(100 * $0, digits: 1) + " %" } ?? "–",
        volcano.rankCorrelation.map { Self.rounded($0) } ?? "–",
      ])
    }
    return table.text
  }

  /// The first candidates as aligned columns for a terminal.
  public func candidateColumns(top: Int) -> String {
    var table = AlignedTable(
      header: ["fate", "interferogram", "P", "then", "rank", "then"], leftAligned: [0, 1])
    for candidate in candidates.prefix(top) {
      table.append([
        candidate.fate.rawValue, candidate.id, Self.rounded(candidate.first), Self.rounded(candidate.second),
        candidate.firstRank.map(String.init) ?? "–", candidate.secondRank.map(String.init) ?? "–",
      ])
    }
    return table.text
  }

  private static func rounded(_ value: Double, digits: Int = 3) -> String {
    String(format: "%.\(digits)f", value)
  }

  /// Volcanoes as CSV, one per line, and the total in the last line.
  public var volcanoTable: String {
    var table = CommaSeparatedTable(
      header: [
        "volcano", "scored_by_both", "only_by_first", "only_by_second", "appeared", "vanished", "stayed",
        "first_highest", "second_highest", "agreement", "rank_correlation",
      ])
    for volcano in volcanoes + [total] {
      table.append([
        volcano.volcano, String(volcano.both), String(volcano.onlyFirst), String(volcano.onlySecond),
        String(volcano.appeared), String(volcano.vanished), String(volcano.stayed), String(volcano.firstHighest),
        String(volcano.secondHighest), volcano.agreement.map { String($0) } ?? "",
        volcano.rankCorrelation.map { String($0) } ?? "",
      ])
    }
    return table.text
  }
}
