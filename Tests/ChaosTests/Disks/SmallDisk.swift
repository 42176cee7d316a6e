import Foundation

/// A file system of a few megabytes in memory, to be filled up and freed again. The case that made it unmounts it at
/// its end.
struct SmallDisk {
  private let folder: URL
  private var filler: URL { folder.appending(path: "filler") }

  /// Mounts it; the folder is made.
  ///
  /// - Throws: ``NotPossible`` without the right to.
  init(at folder: URL, megabytes: Int) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(megabytes)m,mode=0700") == 0 else {
      throw NotPossible(description: "a tmpfs cannot be mounted: \(String(cString: strerror(errno)))")
    }
  }

  /// Takes all the room there is left.
  func fill() throws {
    let descriptor = open(filler.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    for size in [1 << 20, 1 << 12, 1] {
      let zeros = [UInt8](repeating: 0, count: size)
      while write(descriptor, zeros, size) > 0 {}
    }
  }

  /// Gives it back.
  func free() { unlink(filler.path) }
}
