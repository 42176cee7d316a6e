import CHDF5

/// An HDF5 identifier that is released with its owner.
package final class HDF5Handle {
  let id: hid_t
  private let release: (hid_t) -> herr_t

  private init(id: hid_t, release: @escaping (hid_t) -> herr_t) {
    self.id = id
    self.release = release
  }

  deinit { _ = HDF5Library.exclusively { release(id) } }

  /// Runs a call that returns an identifier, without the library's error output.
  ///
  /// - Throws: ``StackError`` with the library's innermost reason.
  static func make(
    _ what: String, in file: String, part: String? = nil, releasedBy release: @escaping (hid_t) -> herr_t,
    _ call: () -> hid_t
  ) throws -> HDF5Handle {
    try HDF5Library.exclusively {
      volcsweep_h5_quiet()
      let id = call()
      guard id >= 0 else { throw failure(what, in: file, part: part) }
      return HDF5Handle(id: id, release: release)
    }
  }

  /// Runs a call that returns a non-negative value on success.
  ///
  /// - Throws: ``StackError`` with the library's innermost reason.
  static func check(_ what: String, in file: String, part: String? = nil, _ call: () -> herr_t) throws {
    try HDF5Library.exclusively {
      volcsweep_h5_quiet()
      guard call() >= 0 else { throw failure(what, in: file, part: part) }
    }
  }

  private static func failure(_ what: String, in file: String, part: String?) -> StackError {
    let reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer -> String in
      guard let start = buffer.baseAddress else { return "" }
      volcsweep_h5_reason(start, buffer.count)
      return String(cString: start)
    }
    return StackError(
      file: file, part: part, problem: "cannot be \(what)" + (reason.isEmpty ? "" : " (HDF5: \(reason))"))
  }
}
