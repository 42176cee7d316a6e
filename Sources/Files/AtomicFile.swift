import Foundation

/// Writes files atomically, even if the process is killed or the power fails: under a temporary name in the
/// same folder, flushed to disk, then renamed. Temporary names are unique, so several writers of a file do
/// not interfere; the last rename wins.
public enum AtomicFile {
  /// A unique hidden name in the same folder, for a file while it is written.
  public static func temporaryPath(for path: String) -> String {
    let url = URL(fileURLWithPath: path)
    let random = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let name = "\(TemporaryFiles.prefix(for: url.lastPathComponent))\(getpid())-\(random)\(TemporaryFiles.suffix)"
    return url.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Calls `write` with a temporary path, then moves the file to `path`, replacing an existing one.
  ///
  /// - Throws: what `write` throws, or ``FileError``; then `path` is unchanged and the temporary file is
  ///   removed.
  public static func replace(_ path: String, write: (_ temporaryPath: String) throws -> Void) throws {
    let temporary = temporaryPath(for: path)
    do {
      try write(temporary)
      try publish(temporary, as: path)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes bytes to `path`, replacing an existing file. A symbolic link at `path` is replaced, not followed.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - bytes: Content of the file.
  ///   - permissions: Permissions of the new file, before the umask.
  /// - Throws: ``FileError``; then `path` is unchanged.
  public static func replace(_ path: String, with bytes: some ContiguousBytes, permissions: mode_t = 0o666) throws {
    let temporary = temporaryPath(for: path)
    do {
      try create(temporary, with: bytes, permissions: permissions, name: path)
      try rename(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// As ``replace(_:write:)``, but does not touch a file that already has the same bytes.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  public static func update(_ path: String, write: (_ temporaryPath: String) throws -> Void) throws -> Bool {
    let temporary = temporaryPath(for: path)
    do {
      try write(temporary)
      if haveSameBytes(temporary, path) {
        unlink(temporary)
        return false
      }
      try publish(temporary, as: path)
      return true
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// As ``replace(_:with:permissions:)``, but does not touch a file that already has the same bytes.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  public static func update(_ path: String, with bytes: [UInt8]) throws -> Bool {
    if let found = regularFile(path) {
      defer { close(found) }
      if has(found, bytes) { return false }
    }
    try replace(path, with: bytes)
    return true
  }

  /// Flushes a finished temporary file to disk and renames it to its final path.
  ///
  /// - Throws: ``FileError``.
  public static func publish(_ temporary: String, as path: String) throws {
    try synchronize(temporary)
    try rename(temporary, to: path)
  }

  /// Flushes a file's content, or a folder's entries, to disk.
  ///
  /// - Throws: ``FileError``.
  public static func synchronize(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("opened", path) }
    defer { close(descriptor) }
    // File systems without fsync report EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("made durable", path) }
  }

  /// Flushes the entries of the folder that contains a file.
  ///
  /// - Throws: ``FileError``.
  public static func synchronizeFolder(of path: String) throws {
    try synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  /// Copies a file to a new file, inside the kernel if possible.
  ///
  /// - Throws: ``FileError``.
  public static func copy(_ source: String, to target: String, permissions: mode_t = 0o666) throws {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw FileError("opened", source) }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, permissions)
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

  private static func rename(_ temporary: String, to path: String) throws {
    FileStep.reach(.renameBefore)
    guard Foundation.rename(temporary, path) == 0 else { throw FileError("renamed into place", path) }
    FileStep.reach(.renameAfter)
    try synchronizeFolder(of: path)
  }

  private static func create(
    _ temporary: String, with bytes: some ContiguousBytes, permissions: mode_t, name: String
  ) throws {
    let output = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, permissions)
    guard output >= 0 else { throw FileError("created", name) }
    defer { close(output) }
    try bytes.withUnsafeBytes { try write($0, to: output, name: name) }
    guard fsync(output) == 0 || errno == EINVAL else { throw FileError("made durable", name) }
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

/// Comparison before writing.
extension AtomicFile {
  /// - Returns: a descriptor; `nil` if it is not a regular file, for example a symbolic link.
  private static func regularFile(_ path: String) -> Int32? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return descriptor }
    close(descriptor)
    return nil
  }

  private static func has(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) == bytes.count else { return false }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var offset = 0
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 && offset == bytes.count }
      guard count <= bytes.count - offset, buffer[..<count].elementsEqual(bytes[offset..<(offset + count)]) else {
        return false
      }
      offset += count
    }
  }

  private static func haveSameBytes(_ first: String, _ second: String) -> Bool {
    guard let one = regularFile(first) else { return false }
    defer { close(one) }
    guard let other = regularFile(second) else { return false }
    defer { close(other) }
    var (a, b) = (stat(), stat())
    guard fstat(one, &a) == 0, fstat(other, &b) == 0, a.st_size == b.st_size else { return false }
    var buffers = ([UInt8](repeating: 0, count: 1 << 16), [UInt8](repeating: 0, count: 1 << 16))
    var offset = 0
    while offset < Int(a.st_size) {
      let count = pread(one, &buffers.0, buffers.0.count, off_t(offset))
      if count < 0, errno == EINTR { continue }
      guard count > 0, pread(other, &buffers.1, count, off_t(offset)) == count,
        buffers.0[..<count].elementsEqual(buffers.1[..<count])
      else { return false }
      offset += count
    }
    return true
  }
}
