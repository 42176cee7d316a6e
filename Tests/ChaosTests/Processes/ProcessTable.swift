import Foundation

/// What /proc says of a process.
struct ProcessEntry: Hashable {
  let pid: Int32
  let parent: Int32
  /// Tells it from a later process of the same number.
  let startedAt: UInt64

  /// Every process that is not ending.
  static func all() -> [ProcessEntry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap { ProcessEntry(pid: $0) }
  }

  /// `nil` when there is none of this number, or it is ending.
  init?(pid: Int32) {
    guard let text = Self.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    // From the third field on: state, parent, …, flags (9th), …, start time (22nd).
    let fields = text[end...].dropFirst(2).split(separator: " ")
    let isExiting: UInt64 = 4
    guard fields.count > 19, !["Z", "X"].contains(fields[0]), let parent = Int32(fields[1]),
      let flags = UInt64(fields[6]), flags & isExiting == 0, let startedAt = UInt64(fields[19])
    else { return nil }
    (self.pid, self.parent, self.startedAt) = (pid, parent, startedAt)
  }

  var isAlive: Bool { ProcessEntry(pid: pid)?.startedAt == startedAt }

  /// Its program and arguments.
  var commandLine: [String] {
    (Self.read("/proc/\(pid)/cmdline") ?? "").split(separator: "\0").map(String.init)
  }

  /// `volcsweep worker` processes that have a path of this folder among their arguments.
  static func workers(of folder: URL) -> [ProcessEntry] {
    all().filter { entry in
      let words = entry.commandLine
      return words.count > 2 && words[0].hasSuffix("volcsweep") && words[1] == "worker"
        && words.contains { $0.contains(folder.path) }
    }
  }

  /// Files of /proc have no size, so they are read until they end.
  private static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Foundation.read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
