/// Cuts pieces of text into lines at line feeds, wherever the pieces' borders fall.
struct LineSplitter {
  /// One line without its end.
  enum Line {
    case whole(UnsafeRawBufferPointer)
    /// Longer than ``LineSplitter/longest``.
    case tooLong
  }

  /// No line longer than this is kept in memory, bytes.
  static let longest = 4096

  /// What came after the last line feed so far.
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

  /// Hands on a last line that has no line feed.
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
