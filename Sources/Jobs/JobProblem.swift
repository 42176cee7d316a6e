/// One thing that is wrong with a job file.
public struct JobProblem: Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1; `nil` when it is about the file as a whole.
  public let line: Int?
  public let message: String
  /// Whether it may be gone later though nobody changes the job: the file system says so, as of a mount that is not there
  /// yet.
  public let isPassing: Bool

  package init(line: Int?, message: String, isPassing: Bool = false) {
    self.line = line
    self.message = message
    self.isPassing = isPassing
  }

  public var description: String { line.map { "line \($0): \(message)" } ?? message }
}

/// A job file that cannot be run, with everything that is wrong with it.
public struct JobError: Error, CustomStringConvertible {
  public let path: String
  public let problems: [JobProblem]

  package init(path: String, problems: [JobProblem]) {
    self.path = path
    self.problems = problems
  }

  /// Whether the job fails again until it is changed.
  public var isPermanent: Bool { problems.contains { !$0.isPassing } }

  public var description: String {
    problems.map { problem in
      problem.line.map { "\(path):\($0): \(problem.message)" } ?? "\(path): \(problem.message)"
    }.joined(separator: "\n")
  }
}
