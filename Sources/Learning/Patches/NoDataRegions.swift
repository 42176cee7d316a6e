/// Tells pixels without data from pixels whose phase happens to have the same gray: connected areas of one gray
/// are no data, single pixels are phase.
public enum NoDataRegions {
  /// The fewest pixels, connected through their sides, that count as an area without data.
  public static let leastPixels = 60

  /// - Parameters:
  ///   - gray: side × side, row-major.
  ///   - side: Pixels across the patch.
  ///   - values: Each of these grays is looked at by itself.
  /// - Returns: side × side, true where there is no data.
  public static func mask(
    of gray: ArraySlice<UInt8>, side: Int, values: [UInt8] = [LabelledPatches.noData]
  ) -> [Bool] {
    precondition(gray.count == side * side, "the patch is a square")
    var isMissing = [Bool](repeating: false, count: gray.count)
    var isSeen = isMissing
    var area: [Int] = []
    let start = gray.startIndex
    for value in values {
      for seed in 0..<gray.count where gray[start + seed] == value && !isSeen[seed] {
        area.removeAll(keepingCapacity: true)
        area.append(seed)
        isSeen[seed] = true
        var next = 0
        while next < area.count {
          let pixel = area[next]
          next += 1
          let (row, column) = pixel.quotientAndRemainder(dividingBy: side)
          for (y, x) in [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
          where y >= 0 && y < side && x >= 0 && x < side {
            let other = y * side + x
            guard !isSeen[other], gray[start + other] == value else { continue }
            isSeen[other] = true
            area.append(other)
          }
        }
        if area.count >= leastPixels { for pixel in area { isMissing[pixel] = true } }
      }
    }
    return isMissing
  }
}

extension LabelledPatches {
  /// For each pixel of a patch whether it has data, as far as gray tells.
  public func hasData(of patch: Int) -> [Bool] {
    NoDataRegions.mask(of: gray(of: patch), side: side).map { !$0 }
  }
}
