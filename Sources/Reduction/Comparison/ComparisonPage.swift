import Foundation
import Tables

/// A comparison as one HTML page: changes for each volcano and for all, and the candidates of either sweep.
public struct ComparisonPage: Sendable {
  private let first: String
  private let second: String
  private let comparison: SweepComparison
  private let remarks: [String]

  /// Candidates on the page; the CSV table has all.
  private static let most = 500

  /// - Parameters:
  ///   - first: name of the older sweep.
  ///   - second: name of the newer one.
  ///   - remarks: paragraphs about the two sweeps.
  ///   - comparison: the comparison.
  public init(first: String, second: String, remarks: [String], comparison: SweepComparison) {
    (self.first, self.second, self.remarks, self.comparison) = (first, second, remarks, comparison)
  }

  /// Equal comparisons produce equal bytes.
  public var html: String {
    let total = comparison.total
    var page = HTMLPage(title: "\(first) and \(second)", remarks: remarks + [words])
    if total.appeared + total.vanished + total.stayed > 0 {
      page.heading("Candidates")
      page.charts([chart])
      page.table(
        ["interferogram", "fate", first, second, "rank", "then"],
        comparison.candidates.prefix(Self.most).map { candidate in
          [
            candidate.id, candidate.fate.rawValue, Self.rounded(candidate.first), Self.rounded(candidate.second),
            candidate.firstRank.map(String.init) ?? "–", candidate.secondRank.map(String.init) ?? "–",
          ]
        })
      let rest = comparison.candidates.count - Self.most
      if rest > 0 { page.append("<p>And \(rest) more; see the CSV file.</p>") }
    }
    page.heading("Volcanoes")
    page.table(
      [
        "volcano", "scored by both", "appeared", "vanished", "stayed", "highest, \(first)", "highest, \(second)",
        "agreement", "rank correlation",
      ],
      (comparison.volcanoes + [total]).map { volcano in
        [
          volcano.volcano, String(volcano.both), String(volcano.appeared), String(volcano.vanished),
          String(volcano.stayed), Self.rounded(volcano.firstHighest), Self.rounded(volcano.secondHighest),
          Self.share(volcano.agreement), volcano.rankCorrelation.map(Self.rounded) ?? "–",
        ]
      })
    return page.text
  }

  private var words: String {
    let total = comparison.total
    var text =
      "Of \(total.both) interferograms that both runs have scored, \(total.appeared) appeared among the candidates, "
      + "\(total.vanished) vanished and \(total.stayed) stayed. They agree on \(Self.share(total.agreement)) of them"
    if let correlation = total.rankCorrelation {
      text += "; the rank correlation of the maximum probabilities is \(Self.rounded(correlation))"
    }
    if total.onlyFirst + total.onlySecond > 0 {
      text +=
        ". Excluded: \(total.onlyFirst) that only \(first) has scored and \(total.onlySecond) that only "
        + "\(second) has"
    }
    return text + "."
  }

  private var chart: Chart {
    let fates: [(SweepComparison.Fate, String)] = [
      (.stayed, "stayed"), (.vanished, "vanished"), (.appeared, "appeared"),
    ]
    return Chart(
      title: "Probabilities of the candidates", horizontal: first, vertical: second,
      curves: fates.map { fate, name in
        let points = comparison.candidates.filter { $0.fate == fate }.map { (x: $0.first, y: $0.second) }
        return Chart.Curve(name: "\(points.count) \(name)", points: points, hasDots: true, hasLine: false)
      }, horizontalRange: 0...1, verticalRange: 0...1, hasDiagonal: true, legend: .bottom, plot: Chart.square)
  }

  private static func share(_ value: Double?) -> String { value.map { String(format: "%.1f %%", 100 * $0) } ?? "–" }

  private static func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}
