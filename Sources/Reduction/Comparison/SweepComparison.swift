/// What two sweeps say of the same interferograms: which candidates appeared, vanished and moved, and how far they
/// agree. Interferograms that only one of them scored are counted, and take no part in the rest.
public struct SweepComparison: Sendable {
  /// What became of an interferogram that is a candidate of at least one sweep.
  public enum Fate: String, Hashable, Sendable {
    case appeared, vanished, stayed
  }

  public struct Candidate: Hashable, Sendable {
    public let volcano: String
    public let id: String
    public let fate: Fate
    /// Highest probabilities, 0…1.
    public let first: Double
    public let second: Double
    /// Places among the sweep's candidates, from 1; `nil` where it is none.
    public let firstRank: Int?
    public let secondRank: Int?
  }

  public struct Volcano: Hashable, Sendable {
    public let volcano: String
    /// Interferograms that both sweeps scored.
    public internal(set) var both = 0
    public internal(set) var onlyFirst = 0
    public internal(set) var onlySecond = 0
    public internal(set) var appeared = 0
    public internal(set) var vanished = 0
    public internal(set) var stayed = 0
    /// Highest probability of all that both scored.
    public internal(set) var firstHighest = 0.0
    public internal(set) var secondHighest = 0.0
    /// Spearman's of the highest probabilities; `nil` where one sweep says the same of all, or too few are there.
    public internal(set) var rankCorrelation: Double?

    /// Share of the interferograms that both call candidate, or neither; `nil` where none was scored by both.
    public var agreement: Double? {
      both == 0 ? nil : Double(both - appeared - vanished) / Double(both)
    }
  }

  /// Pmax above which an interferogram is a candidate, of the first and the second sweep.
  public let thresholds: (first: Double, second: Double)
  /// Those that appeared or vanished by the distance of their probabilities, then those that stayed by the distance
  /// of their ranks; by name among equals.
  public let candidates: [Candidate]
  /// By how many candidates appeared or vanished, then name.
  public let volcanoes: [Volcano]
  /// All volcanoes together.
  public let total: Volcano

  /// Compares two sweeps, whatever order their scores come in.
  ///
  /// - Parameters:
  ///   - first: what the older sweep found, each interferogram once.
  ///   - second: what the newer one found.
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
  /// How far it moved: between its ranks if it stayed, else between its probabilities.
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
