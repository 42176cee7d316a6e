import Interferometry

/// Outcome of an ingest for each of its inputs.
public struct IngestReport: Codable, Sendable {
  /// One stack of the archive.
  public struct Stack: Codable, Sendable, Hashable {
    /// Path of the stack.
    public var file: String
    /// Name of the volcano, as in the catalogue.
    public var volcano: String
    /// Name of the frame.
    public var frame: String
    /// Interferograms added by this ingest.
    public var added: Int
    /// Interferograms of the input that the stack already had.
    public var alreadyThere: Int
    /// Interferograms in the stack after the ingest.
    public var total: Int
    /// Added interferograms without a valid pixel in the crop.
    public var addedWithoutData: Int
    /// Interferograms that were in the stack without coherence and got it now.
    public var completed = 0
    /// Interferograms replaced because their files have changed pixels.
    public var replaced = 0
    /// Interferograms that were in the stack without a perpendicular baseline and got it now.
    public var baselinesAdded = 0
    /// Dates of interferograms whose files have changed pixels and that were kept.
    public var changed: [String] = []
  }

  /// An input that was rejected.
  public struct Rejection: Codable, Sendable, Hashable {
    /// Path of the file or folder.
    public var file: String
    /// Why it was rejected, for the user.
    public var reason: String
  }

  /// A volcano near the raster without a stack.
  public struct SkippedVolcano: Codable, Sendable, Hashable {
    /// Name of the volcano, as in the catalogue.
    public var volcano: String
    /// Name of the frame.
    public var frame: String
    /// Why it has no stack, for the user.
    public var reason: String
  }

  /// In order of frames, then of the catalogue.
  public var stacks: [Stack] = []
  /// Files and folders that were rejected.
  public var rejected: [Rejection] = []
  /// Volcanoes without a stack.
  public var skipped: [SkippedVolcano] = []
  /// Remarks for the user; no data are lost.
  public var notes: [String] = []
  /// Whether a signal ended the ingest before all inputs were read.
  public var isInterrupted = false

  public init() {}

  /// Number of interferograms added to all stacks.
  public var added: Int { stacks.reduce(0) { $0 + $1.added } }
  /// Number of interferograms that got their coherence.
  public var completed: Int { stacks.reduce(0) { $0 + $1.completed } }
  /// Number of interferograms replaced.
  public var replaced: Int { stacks.reduce(0) { $0 + $1.replaced } }
  /// Number of interferograms whose files have changed pixels and that were kept.
  public var changed: Int { stacks.reduce(0) { $0 + $1.changed.count } }
  /// Number of interferograms that the stacks already had.
  public var alreadyThere: Int { stacks.reduce(0) { $0 + $1.alreadyThere } }
}
