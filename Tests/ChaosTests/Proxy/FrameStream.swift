import Foundation

/// One end of a ZMTP 3 connection: a greeting of 64 bytes, then frames of flags, length and body.
struct FrameStream {
  static let greetingBytes = 64

  /// A frame as it is on the wire.
  struct Frame: Equatable {
    var header: [UInt8]
    var body: [UInt8]

    /// A frame that carries a body of this length.
    init(flags: UInt8, body: [UInt8]) {
      self.body = body
      // Bit 1 says that the length takes eight bytes.
      if body.count < 256 {
        header = [flags & ~2, UInt8(body.count)]
      } else {
        header = [flags | 2] + (0..<8).map { UInt8(truncatingIfNeeded: body.count >> (56 - 8 * $0)) }
      }
    }

    /// Whether it is the connection's own business, not a message.
    var isCommand: Bool { header[0] & 4 != 0 }
    var bytes: [UInt8] { header + body }
  }

  let descriptor: Int32

  /// What has arrived of at most so many bytes, waiting for the first; `nil` at the end.
  func readSome(atMost limit: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: limit)
    while true {
      let count = read(descriptor, &bytes, limit)
      if count > 0 { return Array(bytes[..<count]) }
      guard count < 0, errno == EINTR else { return nil }
    }
  }

  /// The next frame; `nil` at the end, and where the stream is none of frames.
  func readFrame() -> Frame? {
    guard let flags = readAll(1)?[0], let lengthBytes = readAll(flags & 2 == 0 ? 1 : 8) else { return nil }
    let length = lengthBytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length < 1 << 28, let body = readAll(Int(length)) else { return nil }
    return Frame(flags: flags, body: body)
  }

  private func readAll(_ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard let more = readSome(atMost: count - bytes.count) else { return nil }
      bytes += more
    }
    return bytes
  }

  /// - Returns: whether the other end took it all.
  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if sent < 0 && errno == EINTR { continue }
      guard sent > 0 else { return false }
      rest = rest.dropFirst(sent)
    }
    return true
  }
}
