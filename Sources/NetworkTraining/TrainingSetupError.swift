/// A network cannot be trained here.
public enum TrainingSetupError: Error, Equatable, CustomStringConvertible {
  /// The BLAS could not be loaded a second time for another thread.
  case noPrivateBLAS(reason: String)
  /// The network does not end in layers that training supports.
  case unsuitableNetwork(reason: String)
  /// A batch's values exceed the memory allowed for training.
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
