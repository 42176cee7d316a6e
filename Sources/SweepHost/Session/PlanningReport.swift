import Foundation

/// What a planned sweep found in the archive.
public struct PlanningReport: Sendable {
  /// Interferograms that this planning added.
  public var added = 0
  /// Interferograms without an outcome.
  public var open = 0
  /// Stacks that could not be read, with the reason.
  public var unreadable: [(file: String, reason: String)] = []
  /// The bytes of the identity of each stack that was read and planned, by file name.
  var identities: [String: Data] = [:]
  /// The files of the stacks that the job asks for, by whatever name or number, and that can be read.
  var asked: Set<String> = []
  /// Interferograms that earlier runs could not read and that are tried again.
  public var retried = 0
  /// Open interferograms that were planned before and that the job does not ask for any more.
  public var left = 0
  /// Stacks that are not swept though they can be read, with the reason: copies, and names that cannot be used.
  public var leftOut: [(file: String, reason: String)] = []
  /// What of the archive is not what was planned or scored before.
  public var changes = InputChanges()
  /// Open interferograms whose gate was asked under an earlier model and need not be asked again.
  public var knownGates = 0
  /// Open interferograms whose pixels need not be read, because activations of a shared layer are stored.
  public var reusable = 0
  /// The layer behind which these are.
  public var reusedLayer: String?
  /// The layer whose activations the sweep stores, and what they take at most, bytes.
  public var stored: (layer: String, bytes: Int)?
  /// What somebody should know of where the results are.
  public var remarks: [String] = []
  /// Interferograms whose stored outcomes were damaged, and are computed again.
  public var damaged: [String] = []
  /// Why the model is not in the run root's registry; `nil` where it is.
  public var unregistered: String?
  /// What of an interferogram the model does not see, in words; `nil` where it sees everything.
  public var unseen: String?
}
