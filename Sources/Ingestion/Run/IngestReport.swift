import Interferometry

/// What an ingest did with each of its inputs.
public struct IngestReport: Codable, Sendable {
  /// One stack of the archive.
  public struct Stack: Codable, Sendable, Hashable {
    /// The stack's path.
    public var file: String
    public var volcano: String
    public var frame: String
    /// Interferograms added now.
    public var added: Int
    /// Interferograms of the input that the stack already held.
    public var alreadyThere: Int
    /// Interferograms that the stack holds now.
    public var total: Int
    /// How many of the added ones have no valid pixel here.
    public var addedWithoutData: Int
    /// Interferograms that were there without coherence and got it now.
    public var completed = 0
    /// Interferograms whose files have other pixels now, and that were replaced.
    public var replaced = 0
    /// Interferograms that were there without a perpendicular baseline and got it now.
    public var baselinesAdded = 0
    /// The dates of interferograms whose files have other pixels now, and that stay as they are.
    public var changed: [String] = []
  }

  /// An input that was not taken.
  public struct Rejection: Codable, Sendable, Hashable {
    public var file: String
    public var reason: String
  }

  /// A volcano near the raster that got no stack.
  public struct SkippedVolcano: Codable, Sendable, Hashable {
    public var volcano: String
    public var frame: String
    public var reason: String
  }

  /// In the order of frames, then the catalogue.
  public var stacks: [Stack] = []
  public var rejected: [Rejection] = []
  public var skipped: [SkippedVolcano] = []
  /// What a user may want to know of, though nothing is lost.
  public var notes: [String] = []
  /// Whether a signal ended it before all was read.
  public var isInterrupted = false

  public init() {}

  /// Number of interferograms added to all stacks.
  public var added: Int { stacks.reduce(0) { $0 + $1.added } }
  /// Number of interferograms that got their coherence.
  public var completed: Int { stacks.reduce(0) { $0 + $1.completed } }
  /// Number of interferograms that were replaced.
  public var replaced: Int { stacks.reduce(0) { $0 + $1.replaced } }
  /// Number of interferograms whose files have other pixels than the stacks.
  public var changed: Int { stacks.reduce(0) { $0 + $1.changed.count } }
  /// Number of interferograms that the stacks already held.
  public var alreadyThere: Int { stacks.reduce(0) { $0 + $1.alreadyThere } }
}
