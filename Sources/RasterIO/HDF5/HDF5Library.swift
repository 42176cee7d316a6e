import CHDF5
import Foundation

/// Access to the HDF5 library. Not every build is thread-safe; Debian's is.
enum HDF5Library {
  /// Whether the library is thread-safe, queried once.
  static let isThreadSafe: Bool = {
    var answer = false
    return H5is_library_threadsafe(&answer) >= 0 && answer
  }()

  private static let turn = NSRecursiveLock()

  /// Calls the library; if it is not thread-safe, no other thread does at the same time. Calls may be nested.
  ///
  /// - Parameters:
  ///   - isThreadSafe: Whether the library needs no lock.
  ///   - call: One or several calls that must not be interrupted, such as a failed call and the query of its
  ///     reason.
  /// - Returns: what the call returns.
  static func exclusively<Result>(isThreadSafe: Bool = isThreadSafe, _ call: () throws -> Result) rethrows -> Result
  {
    guard !isThreadSafe else { return try call() }
    turn.lock()
    defer { turn.unlock() }
    return try call()
  }
}
