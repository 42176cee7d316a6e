import CHDF5

/// The LZF compression of h5py (LibLZF by Marc Lehmann), unpacking only.
enum LZF {
  /// Its number among HDF5's registered filters.
  static let filterNumber: Int32 = 32000

  /// The largest chunk that is unpacked, bytes: HDF5's own limit.
  private static let chunkLimit = 1 << 32

  /// Unpacks a whole block.
  ///
  /// - Parameters:
  ///   - input: packed bytes; damaged ones are recognised, whatever they are.
  ///   - output: receives the plain bytes.
  /// - Returns: the number of plain bytes; `nil` when the input is damaged or the output has no room for them.
  static func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    var from = 0
    var to = 0
    while from < input.count {
      let control = Int(input[from])
      from += 1
      if control < 32 {
        // A run of bytes as they are.
        let count = control + 1
        guard from + count <= input.count, to + count <= output.count else { return nil }
        for index in 0..<count { output[to + index] = input[from + index] }
        from += count
        to += count
        continue
      }
      // A copy of what was unpacked before, which may overlap with what it writes.
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

  /// HDF5's filter function: unpacks `*buffer` into memory of the library's own; 0 is a failure.
  static let filter: H5Z_func_t = { flags, valueCount, values, byteCount, size, buffer in
    guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, let size, let buffer, let packed = buffer.pointee else { return 0 }
    // h5py keeps the chunk's size as the third value.
    var room = valueCount >= 3 ? Int(values?[2] ?? 0) : 0
    if room == 0 { room = max(size.pointee, 1) }
    while room <= chunkLimit {
      guard let plain = H5allocate_memory(room, false) else { return 0 }
      let count = LZF.unpack(
        UnsafeRawBufferPointer(start: packed, count: byteCount),
        into: UnsafeMutableRawBufferPointer(start: plain, count: room))
      // A chunk has as many bytes as it was said to have, whatever it holds.
      if let count, count > 0, count == room || valueCount < 3 {
        H5free_memory(packed)
        buffer.pointee = plain
        size.pointee = room
        return count
      }
      H5free_memory(plain)
      // More room only where the size was a guess.
      guard valueCount < 3, room < byteCount.multipliedReportingOverflow(by: 300).partialValue else { return 0 }
      room *= 2
    }
    return 0
  }
}
