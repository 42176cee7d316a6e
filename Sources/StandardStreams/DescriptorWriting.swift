import Foundation

/// Writing to a descriptor in a way that can fail but never ends the process.
enum DescriptorWriting {
  /// What kept bytes from being written.
  struct Failure: Equatable {
    /// The system's error number; `EAGAIN` when the wait for a reader was in vain.
    let code: Int32
    /// Whether the first bytes were written.
    let isCut: Bool
  }

  /// Longest piece that a pipe takes without waiting, once it reports room: `PIPE_BUF`.
  private static let piece = 4096

  /// Writes all bytes, or as many as possible. Blocks.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - descriptor: where to.
  ///   - milliseconds: how long to wait for a reader that does not read; `nil` waits for ever.
  /// - Returns: the first failure; `nil` for none.
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
          // Somebody who shares the descriptor made it non-blocking.
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
      // An error or a hang-up counts: the write reports it.
      if count >= 0 { return count > 0 }
      guard errno == EINTR else { return true }
    }
  }
}
