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
}
