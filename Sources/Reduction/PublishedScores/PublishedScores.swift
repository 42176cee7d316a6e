import Gzip

/// The scores of the published five-year sweep (Biggs et al. 2022, Bulletin of Volcanology): a text file, plain or
/// gzip, with a line `<volcano>_<primary>_<secondary>.geo.diff_pha <highest probability>` for each interferogram.
public struct PublishedScores: Sendable {
  /// All good lines, in the file's order. A name that comes several times is another frame's, and stays.
  public let scores: [InterferogramScore]
  /// How many names come more than once.
  public let repeatedKeys: Int
  /// How many lines were rejected.
  public let rejectedCount: Int
  /// The first of the rejected lines, at most ``rejectedLimit``.
  public let rejectedLines: [RejectedLine]

  /// The largest number of rejected lines that are described one by one.
  public static let rejectedLimit = 100

  /// A line that is no score.
  public struct RejectedLine: Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let number: Int
    public let reason: ScoreLine.Problem

    public var description: String { "line \(number): \(reason)" }
  }

  /// Reads a file.
  /// - Parameters:
  ///   - path: where it is.
  ///   - limitBytes: the longest text accepted, after unpacking.
  /// - Throws: `GzipError` for a file that cannot be read to its end.
  public init(path: String, limitBytes: Int = 1 << 30) throws(GzipError) {
    var collector = ScoreCollector()
    var splitter = LineSplitter()
    try GzipInput(path: path, limitBytes: limitBytes).forEachPiece { piece in
      splitter.split(piece) { collector.add($0) }
    }
    splitter.finish { collector.add($0) }
    scores = collector.scores
    repeatedKeys = collector.repeatedKeys()
    rejectedCount = collector.rejectedCount
    rejectedLines = collector.rejectedLines
  }
}
