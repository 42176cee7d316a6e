/// Compares two sweeps over the same interferograms: candidates that appeared, vanished or changed rank, and
/// agreement. Interferograms that only one of them scored are counted, and otherwise ignored.
public struct SweepComparison: Sendable {
  /// How an interferogram that is a candidate of at least one sweep changed.
  public enum Fate: String, Hashable, Sendable {
    case appeared, vanished, stayed
  }

  /// A candidate of at least one sweep.
  public struct Candidate: Hashable, Sendable {
    /// The volcano's key.
    public let volcano: String
    /// The interferogram's name.
    public let id: String
    /// How it changed.
    public let fate: Fate
    /// Pmax in the first sweep, 0…1.
    public let first: Double
    /// Pmax in the second sweep, 0…1.
    public let second: Double
    /// Rank among the first sweep's candidates, from 1; `nil` if it is not one.
    public let firstRank: Int?
    /// Rank among the second sweep's candidates, from 1; `nil` if it is not one.
    public let secondRank: Int?
  }

  /// Comparison of one volcano, or of all.
  public struct Volcano: Hashable, Sendable {
    /// The volcano's key.
    public let volcano: String
    /// Interferograms that both sweeps scored.
    public internal(set) var both = 0
    /// Interferograms that only the first sweep scored.
    public internal(set) var onlyFirst = 0
    /// Interferograms that only the second sweep scored.
    public internal(set) var onlySecond = 0
    /// Candidates of the second sweep only.
    public internal(set) var appeared = 0
    /// Candidates of the first sweep only.
    public internal(set) var vanished = 0
    /// Candidates of both sweeps.
    public internal(set) var stayed = 0
    /// Highest Pmax in the first sweep over interferograms that both scored, 0…1.
    public internal(set) var firstHighest = 0.0
    /// The same in the second sweep.
    public internal(set) var secondHighest = 0.0
    /// Spearman's correlation of Pmax; `nil` if one sweep's values are constant, or there are fewer than two.
    public internal(set) var rankCorrelation: Double?

    /// Fraction of the interferograms scored by both that are candidates of both or of neither; `nil` if there
    /// are none.
    public var agreement: Double? {
      both == 0 ? nil : Double(both - appeared - vanished) / Double(both)
    }
  }

  /// Pmax above which an interferogram is a candidate, of the first and the second sweep.
  public let thresholds: (first: Double, second: Double)
  /// Appeared and vanished ones by the change of Pmax, then those that stayed by the change of rank; ties by
  /// name.
  public let candidates: [Candidate]
  /// By number of candidates that appeared or vanished, then by name.
  public let volcanoes: [Volcano]
  /// All volcanoes together.
  public let total: Volcano

  /// Compares two sweeps; the order of the scores does not matter.
  ///
  /// - Parameters:
  ///   - first: scores of the older sweep, each interferogram once.
  ///   - second: scores of the newer one.
  ///   - thresholds: Pmax above which an interferogram is a candidate, of each.
  public init(
    _ first: [InterferogramScore], _ second: [InterferogramScore], thresholds: (first: Double, second: Double)
  ) {
    self.thresholds = thresholds
    let ranks = (
      first: Self.ranks(first, above: thresholds.first), second: Self.ranks(second, above: thresholds.second)
    )
    let later = Dictionary(second.map { ($0.id, $0) }, uniquingKeysWith: { old, _ in old })
    let earlier = Set(first.filter { $0.maximumProbability != nil }.map(\.id))
    var candidates: [Candidate] = []
    var gathered: [String: (volcano: Volcano, first: [Double], second: [Double])] = [:]
    func change(_ name: String, _ body: (inout (volcano: Volcano, first: [Double], second: [Double])) -> Void) {
      body(&gathered[name, default: (Volcano(volcano: name), [], [])])
    }
    for score in first.sorted(by: { $0.id < $1.id }) {
      guard let old = score.maximumProbability else { continue }
      guard let new = later[score.id]?.maximumProbability else {
        change(score.volcano) { $0.volcano.onlyFirst += 1 }
        continue
      }
      let fate = Self.fate(old > thresholds.first, new > thresholds.second)
      change(score.volcano) {
        $0.volcano.count(fate, old, new)
        $0.first.append(old)
        $0.second.append(new)
      }
      guard let fate else { continue }
      candidates.append(
        Candidate(
          volcano: score.volcano, id: score.id, fate: fate, first: old, second: new,
          firstRank: ranks.first[score.id], secondRank: ranks.second[score.id]))
    }
    for score in second where score.maximumProbability != nil && !earlier.contains(score.id) {
      change(score.volcano) { $0.volcano.onlySecond += 1 }
    }
    self.candidates = candidates.sorted(by: Self.comesBefore)
    var total = Volcano(volcano: "all")
    for entry in gathered.values { total.add(entry.volcano) }
    let names = gathered.keys.sorted()
    total.rankCorrelation = RankCorrelation.spearman(
      names.flatMap { gathered[$0]?.first ?? [] }, names.flatMap { gathered[$0]?.second ?? [] })
    self.total = total
    volcanoes = names.compactMap { name in
      gathered[name].map { entry in
        var volcano = entry.volcano
        volcano.rankCorrelation = RankCorrelation.spearman(entry.first, entry.second)
        return volcano
      }
    }.sorted { left, right in
      (right.appeared + right.vanished, left.volcano) < (left.appeared + left.vanished, right.volcano)
    }
  }

  private static func fate(_ wasCandidate: Bool, _ isCandidate: Bool) -> Fate? {
    switch (wasCandidate, isCandidate) {
    case (true, true): .stayed
    case (true, false): .vanished
    case (false, true): .appeared
    case (false, false): nil
    }
  }

  private static func ranks(_ scores: [InterferogramScore], above threshold: Double) -> [String: Int] {
    let ranked = CandidateRanking.rank(scores, above: threshold)
    return Dictionary(
      ranked.enumerated().map { ($1.id, $0 + 1) }, uniquingKeysWith: { first, _ in first })
  }

  private static func comesBefore(_ left: Candidate, _ right: Candidate) -> Bool {
    if (left.fate == .stayed) != (right.fate == .stayed) { return right.fate == .stayed }
    let (a, b) = (left.distance, right.distance)
    return a != b ? a > b : left.id < right.id
  }
}

extension SweepComparison.Candidate {
  /// Size of the change: of the rank if it stayed, else of Pmax.
  fileprivate var distance: Double {
    if let firstRank, let secondRank { Double(abs(firstRank - secondRank)) } else { abs(first - second) }
  }
}

extension SweepComparison.Volcano {
  fileprivate mutating func count(_ fate: SweepComparison.Fate?, _ first: Double, _ second: Double) {
    both += 1
    switch fate {
    case .appeared: appeared += 1
    case .vanished: vanished += 1
    case .stayed: stayed += 1
    case nil: break
    }
    firstHighest = max(firstHighest, first)
    secondHighest = max(secondHighest, second)
  }

  fileprivate mutating func add(_ other: Self) {
    both += other.both
    onlyFirst += other.onlyFirst
    onlySecond += other.onlySecond
    appeared += other.appeared
    vanished += other.vanished
    stayed += other.stayed
    firstHighest = max(firstHighest, other.firstHighest)
    secondHighest = max(secondHighest, other.secondHighest)
  }
}
