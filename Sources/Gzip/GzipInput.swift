import CZlib
import Foundation

/// Reads a file's content piece by piece, unpacking it where it is gzip (RFC 1952, several members allowed).
///
/// Not by zlib's `gzread`, which reports no error for bytes behind the last member, nor for a file that breaks off
/// after the first byte of a further member.
public struct GzipInput {
  /// Path of the file.
  public let path: String
  /// Largest accepted content, bytes after decompression.
  public let limitBytes: Int

  /// Size of the pieces, bytes.
  private static let pieceBytes = 1 << 18

  public init(path: String, limitBytes: Int = 4 << 30) {
    self.path = path
    self.limitBytes = limitBytes
  }

  /// Calls `body` with each piece of the content in turn; a piece is valid only during the call.
  ///
  /// - Throws: ``GzipError``.
  public func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) throws(GzipError) {
    guard let file = fopen(path, "rb") else { throw systemFailure() }
    defer { fclose(file) }
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 16)
    defer { input.deallocate() }
    var read = try piece(of: file, into: input)
    guard read >= 2, input[0] == 0x1F, input[1] == 0x8B else {
      var total = 0
      while read > 0 {
        total += read
        guard total <= limitBytes else { throw failure(.tooLong(limitBytes: limitBytes)) }
        body(UnsafeRawBufferPointer(rebasing: input[..<read]))
        read = try piece(of: file, into: input)
      }
      return
    }
    try inflate(file, input, firstRead: read, body)
  }

  private func inflate(
    _ file: UnsafeMutablePointer<FILE>, _ input: UnsafeMutableRawBufferPointer, firstRead: Int,
    _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(GzipError) {
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 16)
    defer { output.deallocate() }
    var stream = z_stream()
    guard volcsweep_inflate_init(&stream) == Z_OK else { throw failure(.damaged("zlib has no memory")) }
    defer { inflateEnd(&stream) }
    var read = firstRead
    var total = 0
    var insideMember = true
    while read > 0 {
      stream.next_in = input.bindMemory(to: Bytef.self).baseAddress
      stream.avail_in = uInt(read)
      // zlib may still hold output after all input is consumed: continue until a piece is not full.
      var filled = false
      while stream.avail_in > 0 || filled {
        if !insideMember {
          guard inflateReset(&stream) == Z_OK else { throw damage(stream) }
          insideMember = true
        }
        stream.next_out = output.bindMemory(to: Bytef.self).baseAddress
        stream.avail_out = uInt(output.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw damage(stream) }
        let made = output.count - Int(stream.avail_out)
        total += made
        guard total <= limitBytes else { throw failure(.tooLong(limitBytes: limitBytes)) }
        if made > 0 { body(UnsafeRawBufferPointer(rebasing: output[..<made])) }
        if status == Z_STREAM_END { insideMember = false }
        filled = insideMember && stream.avail_out == 0
      }
      read = try piece(of: file, into: input)
    }
    guard !insideMember else { throw failure(.truncated) }
  }

  private func piece(
    of file: UnsafeMutablePointer<FILE>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(GzipError) -> Int {
    let read = fread(buffer.baseAddress, 1, buffer.count, file)
    if read == 0, ferror(file) != 0 { throw systemFailure() }
    return read
  }

  private func damage(_ stream: z_stream) -> GzipError {
    failure(.damaged(stream.msg.map { String(cString: $0) } ?? "unknown form"))
  }

  private func systemFailure() -> GzipError { failure(.unreadable(String(cString: strerror(errno)))) }

  private func failure(_ problem: GzipError.Problem) -> GzipError { GzipError(path: path, problem: problem) }
}
