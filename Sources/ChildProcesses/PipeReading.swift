import Foundation

/// Reads the output of a process from several pipes.
enum PipeReading {
  private static let pollMilliseconds: Int32 = 50

  /// Longest time that pipes are read after the process has ended. Its own output is in them by
  /// then; processes that it left behind may print without end.
  private static let secondsAfterEnd = 1.0

  /// Reads all pipes together, so that none fills up while another is read. Blocks.
  ///
  /// - Parameters:
  ///   - descriptors: the pipes.
  ///   - maximumBytes: limit for each pipe; the rest is read and dropped.
  ///   - hasEnded: whether the process has ended; processes that it left behind may keep its pipes
  ///     open.
  /// - Returns: the beginning of each pipe's data.
  static func all(_ descriptors: [Int32], keeping maximumBytes: Int, until hasEnded: () -> Bool) -> [Data] {
    var texts = [Data](repeating: Data(), count: descriptors.count)
    var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var deadline: ContinuousClock.Instant?
    while items.contains(where: { $0.fd >= 0 }) {
      // Checked before the pipes are read: output that arrives later is not the process's own.
      let isLast = hasEnded()
      if isLast {
        let end = deadline ?? ContinuousClock.now + .seconds(secondsAfterEnd)
        if ContinuousClock.now >= end { break }
        deadline = end
      }
      let ready = poll(&items, nfds_t(items.count), pollMilliseconds)
      if ready == 0, isLast { break }
      for index in items.indices where ready > 0 && items[index].fd >= 0 && items[index].revents != 0 {
        let count = read(items[index].fd, &chunk, chunk.count)
        if count > 0 {
          let room = max(0, maximumBytes - texts[index].count)
          texts[index].append(contentsOf: chunk[..<min(count, room)])
        } else if count == 0 || errno != EINTR {
          // `poll` skips negative descriptors.
          items[index].fd = -1
        }
      }
    }
    return texts
  }
}
