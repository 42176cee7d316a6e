import Foundation

/// The bytes of an activation file, read on demand and not mapped: a file that another machine truncates
/// meanwhile is then damaged, and does not kill the process by SIGBUS.
final class ActivationBytes {
  private enum Storage {
    case memory(Data)
    case file(Int32)
  }

  /// Length of the file when it was opened.
  let count: Int
  private let storage: Storage

  init(_ bytes: Data) {
    storage = .memory(bytes)
    count = bytes.count
  }

  /// - Throws: ``ActivationFile/Damage`` if it cannot be opened, is a symbolic link, or is not a regular file.
  init(_ file: URL) throws(ActivationFile.Damage) {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ActivationFile.Damage(description: "cannot be read: \(String(cString: strerror(errno)))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ActivationFile.Damage(description: "is not a regular file")
    }
    storage = .file(descriptor)
    count = Int(status.st_size)
  }

  deinit {
    if case .file(let descriptor) = storage { close(descriptor) }
  }

  /// - Returns: this many bytes from an offset; `nil` if there are fewer, or they cannot be read.
  func read(at start: Int, count wanted: Int) -> Data? {
    guard start >= 0, wanted >= 0, wanted <= count, start <= count - wanted else { return nil }
    switch storage {
    case .memory(let bytes):
      let first = bytes.startIndex + start
      return bytes.subdata(in: first..<(first + wanted))
    case .file(let descriptor):
      var data = Data(count: wanted)
      let isWhole = data.withUnsafeMutableBytes { buffer in
        var done = 0
        while done < wanted {
          let step = pread(descriptor, buffer.baseAddress?.advanced(by: done), wanted - done, off_t(start + done))
          if step < 0, errno == EINTR { continue }
          guard step > 0 else { return false }
          done += step
        }
        return true
      }
      return isWhole ? data : nil
    }
  }
}
