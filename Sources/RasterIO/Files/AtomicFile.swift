import Foundation

/// Files that appear whole or not at all, whatever is killed: written under a temporary name in the same folder,
/// made durable, then renamed.
public enum AtomicFile {
  /// The name a file has while it is written: hidden, beside its final place.
  public static func partialPath(of path: String) -> String {
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).partial").path
  }

  /// Calls `write` with the temporary path, then puts what it wrote at `path`, replacing what was there.
  ///
  /// - Throws: what `write` throws, or ``FileError``; then `path` is as it was, and the temporary file is gone.
  public static func replace(_ path: String, write: (_ temporaryPath: String) throws -> Void) throws {
    let partial = partialPath(of: path)
    do {
      try write(partial)
      try publish(partial, as: path)
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Puts these bytes at `path`, replacing what was there.
  ///
  /// - Throws: ``FileError``; then `path` is as it was.
  public static func replace(_ path: String, with bytes: [UInt8]) throws {
    try replace(path) { partial in
      let output = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard output >= 0 else { throw FileError("created", path) }
      defer { close(output) }
      try bytes.withUnsafeBytes { try write($0, to: output, name: path) }
    }
  }

  /// Makes a finished temporary file durable and renames it to its final place.
  static func publish(_ partial: String, as path: String) throws {
    try synchronize(partial)
    guard rename(partial, path) == 0 else { throw FileError("renamed into place", path) }
    try synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  /// Waits until the disk has a file's content, or a folder's names.
  static func synchronize(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("opened", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("made durable", path) }
  }

  /// Copies a file's bytes, inside the kernel where it can.
  static func copy(_ source: String, to target: String) throws {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw FileError("opened", source) }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard output >= 0 else { throw FileError("created", target) }
    defer { close(output) }
    while true {
      let moved = sendfile(output, input, nil, 1 << 30)
      if moved == 0 { return }
      if moved > 0 || errno == EINTR { continue }
      guard [EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else { throw FileError("copied", target) }
      return try copyBuffered(from: input, to: output, name: target)
    }
  }

  private static func copyBuffered(from input: Int32, to output: Int32, name: String) throws {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(input, &buffer, buffer.count)
      if count == 0 { return }
      if count < 0 {
        guard errno == EINTR else { throw FileError("copied", name) }
        continue
      }
      try buffer.withUnsafeBytes {
        try write(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: output, name: name)
      }
    }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to output: Int32, name: String) throws {
    var written = 0
    while written < bytes.count {
      let step = Foundation.write(output, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      guard step >= 0 || errno == EINTR else { throw FileError("written", name) }
      written += max(step, 0)
    }
  }
}
