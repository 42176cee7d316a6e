/// One thing that is wrong with a job file.
public struct JobProblem: Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1; `nil` when it is about the file as a whole.
  public let line: Int?
  public let message: String

  package init(line: Int?, message: String) {
    self.line = line
    self.message = message
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

  public var description: String {
    problems.map { problem in
      problem.line.map { "\(path):\($0): \(problem.message)" } ?? "\(path): \(problem.message)"
    }.joined(separator: "\n")
  }
}
