import Foundation

/// Reads what a process prints on several pipes.
enum PipeReading {
  private static let pollMilliseconds: Int32 = 50

  /// Reads all pipes together, so that none fills up while another one is waited for. Blocks.
  ///
  /// - Parameters:
  ///   - descriptors: the pipes.
  ///   - hasEnded: whether the process has ended: what it left behind may keep its pipes open for as long as it likes.
  /// - Returns: what came through each.
  static func all(_ descriptors: [Int32], until hasEnded: () -> Bool) -> [Data] {
    var texts = [Data](repeating: Data(), count: descriptors.count)
    var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while items.contains(where: { $0.fd >= 0 }) {
      // Asked before the pipes: what comes after that is no longer the process's.
      let isLast = hasEnded()
      let ready = poll(&items, nfds_t(items.count), pollMilliseconds)
      if ready == 0, isLast { break }
      for index in items.indices where ready > 0 && items[index].fd >= 0 && items[index].revents != 0 {
        let count = read(items[index].fd, &chunk, chunk.count)
        if count > 0 {
          texts[index].append(contentsOf: chunk[..<count])
        } else if count == 0 || errno != EINTR {
          // A negative descriptor is left out by poll.
          items[index].fd = -1
        }
      }
    }
    return texts
  }
}
