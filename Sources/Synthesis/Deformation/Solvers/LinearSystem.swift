/// Small dense linear systems.
enum LinearSystem {
  /// Solves A x = b by Gaussian elimination with partial pivoting; A must not be singular.
  static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    let count = right.count
    precondition(matrix.count == count && matrix.allSatisfy { $0.count == count }, "as many equations as unknowns")
    var rows = zip(matrix, right).map { $0 + [$1] }
    for pivot in 0..<count {
      let best = (pivot..<count).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
      rows.swapAt(pivot, best)
      precondition(rows[pivot][pivot] != 0, "the matrix is not singular")
      for row in pivot + 1..<max(count, pivot + 1) {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    var solution = [Double](repeating: 0, count: count)
    for row in stride(from: count - 1, through: 0, by: -1) {
      var rest = rows[row][count]
      for column in row + 1..<max(count, row + 1) { rest -= rows[row][column] * solution[column] }
      solution[row] = rest / rows[row][row]
    }
    return solution
  }
}
