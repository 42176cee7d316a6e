/// Spearman's rank correlation: Pearson's correlation of the ranks, ties sharing their mean rank.
enum RankCorrelation {
  /// - Parameters:
  ///   - left: values without NaN.
  ///   - right: as many, in the same order.
  /// - Returns: −1…1; `nil` for fewer than two values, or if one side is constant.
  static func spearman(_ left: [Double], _ right: [Double]) -> Double? {
    precondition(left.count == right.count, "each value has its counterpart")
    guard left.count > 1 else { return nil }
    let (a, b) = (ranks(left), ranks(right))
    // Ranks from 1 to n have this mean, with or without ties.
    let mean = Double(left.count + 1) / 2
    var (products, squaresA, squaresB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      products += (x - mean) * (y - mean)
      squaresA += (x - mean) * (x - mean)
      squaresB += (y - mean) * (y - mean)
    }
    guard squaresA > 0, squaresB > 0 else { return nil }
    return min(max(products / (squaresA.squareRoot() * squaresB.squareRoot()), -1), 1)
  }

  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // Ranks start + 1 … end.
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
