import Foundation
import Testing

/// A disturbed sweep's results next to the undisturbed one's.
struct ResultComparison {
  let expected: SweepResults
  let found: SweepResults
  /// Interferograms that only the disturbed sweep has, by name, with a part of the reason that its list must give.
  let excepted: [String: String]

  /// Records an issue for all that is not as it should be.
  ///
  /// - Returns: whether every byte that should be the same is.
  func report(_ name: String) -> Bool {
    let listed = found.interferograms
    for (interferogram, reason) in excepted {
      let line = listed[interferogram]
      let isNamed = line.map { $0.outcome != "scored" && $0.reason.contains(reason) } ?? false
      #expect(
        isNamed, "\(name): \(interferogram) should be excepted for \(reason), but is \(String(describing: line))")
    }
    let differences = found.differences(from: expected).filter { file in
      guard !excepted.isEmpty else { return true }
      return switch file {
      case "interferograms.csv": interferograms(of: found) != interferograms(of: expected)
      case "volcanoes.csv": volcanoes(of: found) != volcanoes(of: expected)
      default: true
      }
    }
    #expect(differences.isEmpty, "\(name): \(differences.count) files differ, \(differences.prefix(5))")
    return differences.isEmpty
  }

  /// The list of all interferograms but those excepted.
  private func interferograms(of results: SweepResults) -> [Substring] {
    results.lines("interferograms.csv").filter { line in
      !excepted.keys.contains { line.hasPrefix("\($0),") }
    }
  }

  /// The list of volcanoes without their ranks and their numbers of rejected, unreadable and quarantined interferograms, and
  /// without those that have no other.
  private func volcanoes(of results: SweepResults) -> [[Substring]] {
    results.lines("volcanoes.csv").map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return [fields[1], fields[2]] + fields[6...]
    }.filter { $0[1] != "0" }
  }
}
