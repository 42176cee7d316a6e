/// Why a file or folder is no data set that can be used.
public struct DataSetError: Error, Hashable, CustomStringConvertible {
  /// The file's or folder's path.
  public let file: String
  /// What is wrong and, where there is a way out, what to do.
  public let problem: String

  public init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  public var description: String { "\(file): \(problem)" }
}
