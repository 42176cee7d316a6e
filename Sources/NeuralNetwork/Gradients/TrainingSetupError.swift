/// Why a network cannot be trained here.
public enum TrainingSetupError: Error, Equatable, CustomStringConvertible {
  /// The BLAS could not be loaded once more for a thread of its own.
  case noPrivateBLAS(reason: String)
  /// A network whose layers do not end in what training needs.
  case unsuitableNetwork(reason: String)
  /// A batch whose values do not fit into the memory that training may take.
  case tooLarge(megabytes: Int, limit: Int)

  public var description: String {
    switch self {
    case .noPrivateBLAS(let reason):
      "the BLAS cannot be loaded once more for a training thread (\(reason)); training needs Linux with /proc"
    case .unsuitableNetwork(let reason): "the network cannot be trained: \(reason)"
    case .tooLarge(let megabytes, let limit):
      "a training pass needs \(megabytes) MB, the limit is \(limit) MB; use smaller batches or patches"
    }
  }
}
