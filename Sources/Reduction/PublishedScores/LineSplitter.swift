/// Splits text that arrives in pieces into lines at line feeds.
struct LineSplitter {
  /// One line without its terminator.
  enum Line {
    case whole(UnsafeRawBufferPointer)
    /// Longer than ``LineSplitter/longest``.
    case tooLong
  }

  /// Longest line kept in memory, bytes.
  static let longest = 4096

  /// Text since the last line feed.
  private var rest: [UInt8] = []
  private var restIsTooLong = false

  mutating func split(_ piece: UnsafeRawBufferPointer, _ body: (Line) -> Void) {
    var start = 0
    while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = UnsafeRawBufferPointer(rebasing: piece[start..<end])
      if rest.isEmpty && !restIsTooLong {
        body(line.count > Self.longest ? .tooLong : .whole(line))
      } else {
        keep(line)
        finish(body)
      }
      start = end + 1
    }
    keep(UnsafeRawBufferPointer(rebasing: piece[start...]))
  }

  /// Emits a last line without a line feed.
  mutating func finish(_ body: (Line) -> Void) {
    if restIsTooLong {
      body(.tooLong)
    } else if !rest.isEmpty {
      rest.withUnsafeBytes { body(.whole($0)) }
    }
    rest.removeAll(keepingCapacity: true)
    restIsTooLong = false
  }

  private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
    guard !restIsTooLong, rest.count + bytes.count <= Self.longest else {
      restIsTooLong = true
      return
    }
    rest.append(contentsOf: bytes)
  }
}
