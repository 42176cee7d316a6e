extension PatchGrid {
  /// Sum of a raster's values (a mask of 0 and 1) over one patch.
  func sum(of mask: UnsafeBufferPointer<UInt8>, over patch: Int) -> Int {
    guard let values = mask.baseAddress else { return 0 }
    let (row, column) = origin(of: patch)
    var total: UInt32 = 0
    for y in row..<(row + size) {
      let line = values + y * grid.width + column
      for x in 0..<size { total &+= UInt32(truncatingIfNeeded: line[x]) }
    }
    return Int(total)
  }

  /// Whether the patch's pixels with data have more than one gray.
  func varies(_ gray: UnsafeBufferPointer<UInt8>, valid: UnsafeBufferPointer<UInt8>, over patch: Int) -> Bool {
    guard let gray = gray.baseAddress, let valid = valid.baseAddress else { return false }
    let (row, column) = origin(of: patch)
    var lowest = UInt8.max
    var highest = UInt8.min
    for y in row..<(row + size) {
      let start = y * grid.width + column
      for index in start..<(start + size) {
        let mask = 0 &- valid[index]
        let low = gray[index] | ~mask
        let high = gray[index] & mask
        lowest = low < lowest ? low : lowest
        highest = high > highest ? high : highest
      }
      if lowest < highest { return true }
    }
    return false
  }
}
