import Foundation

/// Writing to a descriptor; failures are reported and never end the process.
enum DescriptorWriting {
  /// Why bytes could not be written.
  struct Failure: Equatable {
    /// `errno`; `EAGAIN` after the timeout for a reader.
    let code: Int32
    /// Whether some of the bytes were written.
    let isCut: Bool
  }

  /// Largest write that a pipe accepts without blocking once it reports space: `PIPE_BUF`.
  private static let piece = 4096

  /// Writes all bytes, or as many as possible. Blocks.
  ///
  /// - Parameters:
  ///   - bytes: Bytes to write.
  ///   - descriptor: Where to write.
  ///   - milliseconds: Timeout for a reader that does not read; `nil` for none.
  /// - Returns: the first failure; `nil` if there is none.
  static func write(
    _ bytes: some ContiguousBytes, to descriptor: Int32, waitingMilliseconds milliseconds: Int32?
  ) -> Failure? {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      func failure(_ code: Int32) -> Failure { Failure(code: code, isCut: rest.count < bytes.count) }
      while !rest.isEmpty {
        if let milliseconds, !isWritable(descriptor, milliseconds) { return failure(EAGAIN) }
        let part = UnsafeRawBufferPointer(rebasing: rest.prefix(milliseconds == nil ? rest.count : piece))
        let count = Foundation.write(descriptor, part.baseAddress, part.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          // Another process that shares the descriptor made it non-blocking.
          if !isWritable(descriptor, milliseconds ?? -1) { return failure(EAGAIN) }
        } else if errno != EINTR {
          return failure(errno)
        }
      }
      return nil
    }
  }

  private static func isWritable(_ descriptor: Int32, _ milliseconds: Int32) -> Bool {
    var item = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while true {
      let count = poll(&item, 1, milliseconds)
      // An error or a hang-up counts as writable: the write then reports it.
      if count >= 0 { return count > 0 }
      guard errno == EINTR else { return true }
    }
  }
}
