/// Separates pixels without data from pixels whose phase has the same gray: connected areas of one gray are
/// no-data, single pixels are phase.
public enum NoDataRegions {
  /// Fewest 4-connected pixels that count as a no-data area.
  public static let leastPixels = 60

  /// - Parameters:
  ///   - gray: side × side, row-major.
  ///   - side: Pixels across the patch.
  ///   - values: Grays that may mean no-data; areas are formed separately for each.
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
  /// Whether each pixel of a patch has data, as far as its gray shows.
  public func hasData(of patch: Int) -> [Bool] {
    NoDataRegions.mask(of: gray(of: patch), side: side).map { !$0 }
  }
}
