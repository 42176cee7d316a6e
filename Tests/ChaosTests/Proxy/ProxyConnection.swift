import Foundation
import Synchronization

/// One connection through a proxy: a thread for each direction.
final class ProxyConnection: Sendable {
  private let near: Int32
  private let far: Int32
  private let rates: FaultRates
  private let name: String
  private let note: @Sendable (FrameFault) -> Void
  private let threads = Mutex(2)
  private let isOver = Mutex(false)
  private let over = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - near: the end of whoever connected.
  ///   - far: the end of whom it wants.
  ///   - rates: what happens to frames.
  ///   - name: tells its random streams from others'.
  ///   - note: told of each fault, on any thread.
  init(
    _ near: Int32, _ far: Int32, rates: FaultRates, name: String, note: @escaping @Sendable (FrameFault) -> Void
  ) {
    (self.near, self.far, self.rates, self.name, self.note) = (near, far, rates, name, note)
  }

  /// - Parameter ended: told when nothing passes any more and both descriptors are closed.
  func start(_ ended: @escaping @Sendable () -> Void) {
    for (from, to, direction) in [(near, far, "up"), (far, near, "down")] {
      Thread.detachNewThread { [self] in
        pass(FrameStream(descriptor: from), FrameStream(descriptor: to), SeededRandom("\(name) \(direction)"))
        // One direction alone is no connection.
        end()
        let isLast = threads.withLock { threads in
          threads -= 1
          return threads == 0
        }
        guard isLast else { return }
        close(near)
        close(far)
        ended()
      }
    }
  }

  /// Ends both directions. Does nothing once the descriptors are closed, because a thread has called it before that.
  func end() {
    isOver.withLock { isOver in
      guard !isOver else { return }
      isOver = true
      shutdown(near, Int32(SHUT_RDWR))
      shutdown(far, Int32(SHUT_RDWR))
      for _ in 0..<2 { over.signal() }
    }
  }

  private func pass(_ source: FrameStream, _ sink: FrameStream, _ random: SeededRandom) {
    var random = random
    // Each end of the greeting waits for the other's, so it passes piece by piece.
    var greeting = 0
    while greeting < FrameStream.greetingBytes {
      guard let bytes = source.readSome(atMost: FrameStream.greetingBytes - greeting), sink.write(bytes) else {
        return
      }
      greeting += bytes.count
    }
    while let frame = source.readFrame() {
      let fault = rates.next(&random)
      if let fault { note(fault) }
      switch fault {
      case nil: guard sink.write(frame.bytes) else { return }
      case .delay(let seconds), .stall(let seconds):
        guard over.wait(timeout: .now() + seconds) == .timedOut, sink.write(frame.bytes) else { return }
      case .drop: return
      case .cut:
        _ = sink.write(Array(frame.bytes.prefix(max(1, frame.bytes.count / 2))))
        return
      case .shorten: guard sink.write(frame.shortened(&random).bytes) else { return }
      case .repeats:
        for _ in 0..<(frame.isCommand ? 1 : 10) { guard sink.write(frame.bytes) else { return } }
      case .corruptHeader: guard sink.write(frame.withCorruptHeader(&random).bytes) else { return }
      case .corruptBody: guard sink.write(frame.withCorruptBody(&random).bytes) else { return }
      }
    }
  }
}

extension FrameStream.Frame {
  /// A whole frame whose body ends early. What belongs to the connection itself stays whole: a shortened handshake
  /// is another kind of stranger.
  func shortened(_ random: inout SeededRandom) -> Self {
    guard !isCommand, body.count > 1 else { return self }
    return Self(flags: header[0], body: Array(body.prefix(random.whole(1..<body.count))))
  }

  /// The reserved bits of the flags are never set, and no message is as long as a length with its highest bit set.
  func withCorruptHeader(_ random: inout SeededRandom) -> Self {
    var frame = self
    if header.count > 2 && random.happens(0.5) {
      frame.header[1] |= 0x80
    } else {
      frame.header[0] |= 1 << UInt8(random.whole(3..<8))
    }
    return frame
  }

  func withCorruptBody(_ random: inout SeededRandom) -> Self {
    guard !body.isEmpty else { return self }
    var frame = self
    frame.body[random.whole(0..<body.count)] ^= 1 << UInt8(random.whole(0..<8))
    return frame
  }
}
