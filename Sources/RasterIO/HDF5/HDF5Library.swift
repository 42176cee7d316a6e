import CHDF5
import Foundation

/// The HDF5 library of this process. Not every build of it may be used by several threads at a time; Debian's may.
enum HDF5Library {
  /// Whether the library keeps its threads apart itself, asked once.
  static let isThreadSafe: Bool = {
    var answer = false
    return H5is_library_threadsafe(&answer) >= 0 && answer
  }()

  private static let turn = NSRecursiveLock()

  /// Calls the library, where it must be so while no other thread does. Calls may be nested.
  ///
  /// - Parameters:
  ///   - isThreadSafe: whether the library needs no such care.
  ///   - call: one call or several that belong together, such as a failure and its reason.
  /// - Returns: what the call returns.
  static func exclusively<Result>(isThreadSafe: Bool = isThreadSafe, _ call: () throws -> Result) rethrows -> Result
  {
    guard !isThreadSafe else { return try call() }
    turn.lock()
    defer { turn.unlock() }
    return try call()
  }
}
