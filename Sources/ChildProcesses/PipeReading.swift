import Foundation

/// Reads what a process prints on several pipes.
enum PipeReading {
  private static let pollMilliseconds: Int32 = 50

  /// How long after the process's end its pipes are read at most. What it has written itself is in them by then; what it
  /// left behind may print for as long as it likes.
  private static let secondsAfterEnd = 1.0

  /// Reads all pipes together, so that none fills up while another one is waited for. Blocks.
  ///
  /// - Parameters:
  ///   - descriptors: the pipes.
  ///   - maximumBytes: what is kept of each; the rest is read and dropped.
  ///   - hasEnded: whether the process has ended: what it left behind may keep its pipes open for as long as it likes.
  /// - Returns: the beginning of what came through each.
  static func all(_ descriptors: [Int32], keeping maximumBytes: Int, until hasEnded: () -> Bool) -> [Data] {
    var texts = [Data](repeating: Data(), count: descriptors.count)
    var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var deadline: ContinuousClock.Instant?
    while items.contains(where: { $0.fd >= 0 }) {
      // Asked before the pipes: what comes after that is no longer the process's.
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
          // A negative descriptor is left out by poll.
          items[index].fd = -1
        }
      }
    }
    return texts
  }
}
