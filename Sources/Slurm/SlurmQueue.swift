import Foundation

/// The jobs that `squeue` lists.
public struct SlurmQueue: Hashable, Sendable {
  /// One job, or one task of a job array.
  public struct Entry: Hashable, Sendable {
    /// `12`, or `13_2` for an array task.
    public let id: String
    /// Slurm's job state, such as `RUNNING`.
    public let state: String
    /// Time since it started, in Slurm's format.
    public let elapsed: String
    /// Time left until its limit, in Slurm's format.
    public let left: String
    /// Its allocated nodes; empty while it is pending.
    public let nodes: String
    /// Why it is pending; empty if Slurm gives no reason.
    public let reason: String

    /// Number of the job, or of the array that it belongs to.
    public var job: Substring { id.prefix { $0 != "_" } }
  }

  /// In the order of the output.
  public let entries: [Entry]

  /// Arguments of `squeue` that list the jobs of the current user in the format parsed here.
  public static let arguments = ["--me", "--noheader", "--array", "--format=%i|%T|%M|%L|%N|%r"]

  /// - Parameter text: the output of `squeue`; lines of another form are skipped.
  public init(_ text: String) {
    entries = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      // Sites may print lines of their own; a job's line starts with its number.
      guard fields.count == 6, fields[0].first?.isNumber == true else { return nil }
      return Entry(
        id: fields[0], state: fields[1], elapsed: fields[2], left: fields[3], nodes: fields[4],
        reason: fields[5] == "None" ? "" : fields[5])
    }
  }

  /// Entries of the given jobs.
  public func entries(ofJobs jobs: [String]) -> [Entry] {
    entries.filter { entry in jobs.contains { $0 == entry.job } }
  }
}
