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

  /// What it was started with in its environment; empty where nobody may look.
  var environment: [String: String] {
    let words = (Self.read("/proc/\(pid)/environ", limit: 1 << 17) ?? "").split(separator: "\0")
    return Dictionary(
      words.compactMap { word in
        let parts = word.split(separator: "=", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
      }, uniquingKeysWith: { first, _ in first })
  }

  /// `volcsweep worker` processes that have a path of this folder among their arguments and compute themselves.
  static func workers(of folder: URL) -> [ProcessEntry] {
    all().filter { entry in
      let words = entry.commandLine
      return words.count > 2 && words[0].hasSuffix("volcsweep") && words[1] == "worker"
        && !words.contains("--processes") && words.contains { $0.contains(folder.path) }
    }
  }

  /// Files of /proc have no size, so they are read until they end.
  private static func read(_ path: String, limit: Int = 4096) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let step = bytes[count...].withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      guard step > 0 else { break }
      count += step
    }
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
