import Foundation

/// Jobs as `squeue` shows them.
public struct SlurmQueue: Hashable, Sendable {
  /// One job, or one element of an array.
  public struct Entry: Hashable, Sendable {
    /// `12`, or `13_2` for an array's element.
    public let id: String
    /// Slurm's word, such as `RUNNING`.
    public let state: String
    /// Time since it began to run, as Slurm writes it.
    public let elapsed: String
    /// Time until its limit.
    public let left: String
    /// The nodes that it has; empty while it waits.
    public let nodes: String
    /// Why it waits; empty where Slurm does not say.
    public let reason: String

    /// The number of the job that it is, or is an element of.
    public var job: Substring { id.prefix { $0 != "_" } }
  }

  public let entries: [Entry]

  /// What `squeue` is called with for the jobs of one user.
  public static let arguments = ["--me", "--noheader", "--array", "--format=%i|%T|%M|%L|%N|%r"]

  /// - Parameter text: what it printed.
  public init(_ text: String) {
    entries = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      // Sites print lines of their own; a job's begins with its number.
      guard fields.count == 6, fields[0].first?.isNumber == true else { return nil }
      return Entry(
        id: fields[0], state: fields[1], elapsed: fields[2], left: fields[3], nodes: fields[4],
        reason: fields[5] == "None" ? "" : fields[5])
    }
  }

  /// Those of some jobs, by their numbers.
  public func entries(ofJobs jobs: [String]) -> [Entry] {
    entries.filter { entry in jobs.contains { $0 == entry.job } }
  }
}
