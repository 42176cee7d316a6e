/// Why a file or folder cannot be used as a data set.
public struct DataSetError: Error, Hashable, CustomStringConvertible {
  /// Path of the file or folder.
  public let file: String
  /// What is wrong and, if possible, what to do.
  public let problem: String

  public init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  public var description: String { "\(file): \(problem)" }
}
