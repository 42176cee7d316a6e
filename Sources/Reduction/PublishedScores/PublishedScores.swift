import Gzip

/// The scores of the published five-year sweep (Biggs et al. 2022, Bulletin of Volcanology): a text file, plain
/// or gzip, with one line `<volcano>_<primary>_<secondary>.geo.diff_pha <highest probability>` per
/// interferogram.
public struct PublishedScores: Sendable {
  /// All valid lines, in the file's order. Repeated names belong to different frames and are kept.
  public let scores: [InterferogramScore]
  /// Number of names that occur more than once.
  public let repeatedKeys: Int
  /// Number of rejected lines.
  public let rejectedCount: Int
  /// The first rejected lines, at most ``rejectedLimit``.
  public let rejectedLines: [RejectedLine]

  /// Limit of ``rejectedLines``.
  public static let rejectedLimit = 100

  /// A line that is not a score.
  public struct RejectedLine: Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let number: Int
    /// What is wrong with the line.
    public let reason: ScoreLine.Problem

    public var description: String { "line \(number): \(reason)" }
  }

  /// Reads a file.
  /// - Parameters:
  ///   - path: path of the file.
  ///   - limitBytes: limit for the uncompressed text.
  /// - Throws: `GzipError` for a file that cannot be read completely.
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
