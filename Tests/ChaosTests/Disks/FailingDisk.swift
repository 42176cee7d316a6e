import Foundation

/// A file system in a file that becomes read-only while it is in use, as one does whose disk fails. The case that made
/// it unmounts it at its end.
struct FailingDisk {
  private let folder: URL
  private let image: URL

  /// Makes and mounts it; the folder is made.
  ///
  /// - Throws: ``NotPossible`` without the right, the tools or the kernel's support.
  init(at folder: URL, image: URL, megabytes: Int) throws {
    self.folder = folder
    self.image = image
    guard geteuid() == 0 else { throw NotPossible(description: "mounting an image needs root") }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SystemTool.run(["truncate", "--size", "\(megabytes)M", image.path])
    try SystemTool.run(["mkfs.ext4", "-q", "-F", image.path])
    try mount()
  }

  /// Makes the kernel find an error, at which it takes no more writes.
  ///
  /// - Throws: ``NotPossible`` where the kernel has no way to ask for that.
  func fail() throws {
    let device = try SystemTool.run(["losetup", "--noheadings", "--output", "NAME", "--associated", image.path])
    let name = URL(fileURLWithPath: device.trimmingCharacters(in: .whitespacesAndNewlines)).lastPathComponent
    let trigger = "/sys/fs/ext4/\(name)/trigger_fs_error"
    let descriptor = open(trigger, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw NotPossible(description: "there is no \(trigger)") }
    defer { close(descriptor) }
    guard write(descriptor, "chaos", 5) == 5 else { throw NotPossible(description: "\(trigger) takes nothing") }
  }

  /// Mounts it anew after a check. Nobody may use it.
  ///
  /// - Throws: ``NotPossible`` when somebody does.
  func repair() throws {
    guard umount(folder.path) == 0 else {
      throw NotPossible(description: "\(folder.path) is in use: \(String(cString: strerror(errno)))")
    }
    // It reports with its status that it found and mended something.
    _ = try? SystemTool.run(["e2fsck", "-p", "-f", image.path])
    try mount()
  }

  private func mount() throws {
    try SystemTool.run(["mount", "-o", "loop,errors=remount-ro", image.path, folder.path])
  }
}
