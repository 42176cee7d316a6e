/// Why an HDF5 file cannot be used.
public struct StackError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Path of the file.
  public let file: String
  /// The dataset (`/wrapPhase`) or attribute (`attribute LENGTH`); `nil` for the file as a whole.
  public let part: String?
  /// What is wrong and, if possible, what to do.
  public let problem: String

  public init(file: String, part: String? = nil, problem: String) {
    self.file = file
    self.part = part
    self.problem = problem
  }

  /// The description without the file.
  public var reason: String { part.map { "\($0) \(problem)" } ?? problem }

  public var description: String { "\(file): \(reason)" }
}
