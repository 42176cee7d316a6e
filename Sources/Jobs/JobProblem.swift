/// One error in a job file.
public struct JobProblem: Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1; `nil` if the problem concerns the whole file.
  public let line: Int?
  /// What is wrong and what is expected, without path and line.
  public let message: String
  /// Whether the problem may disappear without a change of the job, such as a file system that is
  /// not mounted yet.
  public let isPassing: Bool

  package init(line: Int?, message: String, isPassing: Bool = false) {
    self.line = line
    self.message = message
    self.isPassing = isPassing
  }

  public var description: String { line.map { "line \($0): \(message)" } ?? message }
}

/// A job file that cannot be run, with all its problems.
public struct JobError: Error, CustomStringConvertible {
  /// The job file.
  public let path: String
  /// All problems found, in the order of the checks.
  public let problems: [JobProblem]

  package init(path: String, problems: [JobProblem]) {
    self.path = path
    self.problems = problems
  }

  /// Whether the job keeps failing until it is changed.
  public var isPermanent: Bool { problems.contains { !$0.isPassing } }

  public var description: String {
    problems.map { problem in
      problem.line.map { "\(path):\($0): \(problem.message)" } ?? "\(path): \(problem.message)"
    }.joined(separator: "\n")
  }
}
