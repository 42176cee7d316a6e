import Interferometry

/// Collects the lines of a file of published scores.
struct ScoreCollector {
  private(set) var scores: [InterferogramScore] = []
  private(set) var rejectedCount = 0
  private(set) var rejectedLines: [PublishedScores.RejectedLine] = []
  private var lineNumber = 0
  private var volcanoes: [String: (index: Int, key: String)] = [:]
  /// Volcano and dates of each valid line, packed into one number.
  private var keys: [UInt64] = []

  mutating func add(_ line: LineSplitter.Line) {
    lineNumber += 1
    do throws(ScoreLine.Problem) {
      switch line {
      case .tooLong: throw ScoreLine.Problem.tooLong
      case .whole(let bytes):
        let trimmed = bytes.last == UInt8(ascii: "\r") ? UnsafeRawBufferPointer(rebasing: bytes.dropLast()) : bytes
        if !trimmed.isEmpty { add(try ScoreLine(trimmed)) }
      }
    } catch {
      rejectedCount += 1
      if rejectedLines.count < PublishedScores.rejectedLimit {
        rejectedLines.append(PublishedScores.RejectedLine(number: lineNumber, reason: error))
      }
    }
  }

  private mutating func add(_ line: ScoreLine) {
    let volcano =
      volcanoes[line.volcano]
      ?? {
        let entry = (volcanoes.count, VolcanoName.key(line.volcano))
        volcanoes[line.volcano] = entry
        return entry
      }()
    scores.append(
      InterferogramScore(
        volcano: volcano.key, id: line.id, outcome: .scored(maximumProbability: line.probability)))
    // Days since 1970 stay below 2^17.
    keys.append(
      UInt64(volcano.index) << 34 | UInt64(line.pair.primary.daysSince1970) << 17
        | UInt64(line.pair.secondary.daysSince1970))
  }

  /// Number of names that occur more than once.
  func repeatedKeys() -> Int {
    let sorted = keys.sorted()
    return sorted.indices.count { index in
      index > 0 && sorted[index] == sorted[index - 1] && (index < 2 || sorted[index] != sorted[index - 2])
    }
  }
}
