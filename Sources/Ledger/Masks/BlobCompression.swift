import CZlib

/// Compression of stored masks and maps: zlib format, fastest level.
enum BlobCompression {
  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    let result = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      let status = compress2(buffer.baseAddress, &size, bytes, uLong(bytes.count), 1)
      count = status == Z_OK ? Int(size) : 0
    }
    precondition(!result.isEmpty, "zlib compresses into a buffer of the size that it asks for")
    return result
  }

  /// - Parameters:
  ///   - compressed: output of ``compressed(_:)``.
  ///   - size: size before compression, bytes.
  /// - Returns: `nil` for damaged data and data of another size.
  static func expanded(_ compressed: [UInt8], size: Int) -> [UInt8]? {
    guard size > 0, size <= 1 << 31 else { return nil }
    var found = uLong(size)
    let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let status = uncompress(buffer.baseAddress, &found, compressed, uLong(compressed.count))
      count = status == Z_OK ? Int(found) : 0
    }
    return result.count == size ? result : nil
  }
}
