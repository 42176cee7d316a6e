import CHDF5

/// Decompression of LZF (LibLZF by Marc Lehmann), as used by h5py.
enum LZF {
  /// Number of the filter in HDF5's registry.
  static let filterNumber: Int32 = 32000

  /// Largest chunk that is decompressed, bytes: HDF5's own limit.
  private static let chunkLimit = 1 << 32

  /// Decompresses a block.
  ///
  /// - Parameters:
  ///   - input: Compressed bytes; any damage that would exceed the buffers is detected.
  ///   - output: Receives the decompressed bytes.
  /// - Returns: the number of decompressed bytes; `nil` if the input is damaged or the output too small.
  static func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    var from = 0
    var to = 0
    while from < input.count {
      let control = Int(input[from])
      from += 1
      if control < 32 {
        // A run of literal bytes.
        let count = control + 1
        guard from + count <= input.count, to + count <= output.count else { return nil }
        for index in 0..<count { output[to + index] = input[from + index] }
        from += count
        to += count
        continue
      }
      // A back reference; it may overlap with its own output.
      var count = control >> 5
      if count == 7 {
        guard from < input.count else { return nil }
        count += Int(input[from])
        from += 1
      }
      guard from < input.count else { return nil }
      let back = to - ((control & 31) << 8) - 1 - Int(input[from])
      from += 1
      count += 2
      guard back >= 0, to + count <= output.count else { return nil }
      for index in 0..<count { output[to + index] = output[back + index] }
      to += count
    }
    return to
  }

  /// HDF5's filter function: decompresses `*buffer` into memory allocated by the library; returns 0 on
  /// failure.
  static let filter: H5Z_func_t = { flags, valueCount, values, byteCount, size, buffer in
    guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, let size, let buffer, let packed = buffer.pointee else { return 0 }
    // h5py stores the chunk size as the third parameter.
    var room = valueCount >= 3 ? Int(values?[2] ?? 0) : 0
    if room == 0 { room = max(size.pointee, 1) }
    while room <= chunkLimit {
      guard let plain = H5allocate_memory(room, false) else { return 0 }
      let count = LZF.unpack(
        UnsafeRawBufferPointer(start: packed, count: byteCount),
        into: UnsafeMutableRawBufferPointer(start: plain, count: room))
      // With a stored chunk size, the result must have exactly that size.
      if let count, count > 0, count == room || valueCount < 3 {
        H5free_memory(packed)
        buffer.pointee = plain
        size.pointee = room
        return count
      }
      H5free_memory(plain)
      // Retry with a larger buffer only if the size was a guess.
      guard valueCount < 3, room < byteCount.multipliedReportingOverflow(by: 300).partialValue else { return 0 }
      room *= 2
    }
    return 0
  }
}
