/// Elementwise operations on the rows of a matrix.
enum RowPasses {
  /// Adds a bias to each row, then optionally applies ReLU.
  static func finish(
    _ rows: UnsafeMutablePointer<Float>, rows count: Int, columns: Int, bias: UnsafePointer<Float>?, relu: Bool
  ) {
    guard bias != nil || relu else { return }
    for row in 0..<count {
      let target = rows + row * columns
      switch (bias, relu) {
      case (let bias?, true):
        for column in 0..<columns {
          let sum = target[column] + bias[column]
          target[column] = sum > 0 ? sum : 0
        }
      case (let bias?, false): for column in 0..<columns { target[column] += bias[column] }
      default: for column in 0..<columns { target[column] = target[column] > 0 ? target[column] : 0 }
      }
    }
  }

  /// Sets the gradient to 0 where the layer's ReLU wrote 0.
  static func mask(_ gradient: UnsafeMutablePointer<Float>, where output: UnsafePointer<Float>, count: Int) {
    for index in 0..<count { gradient[index] = output[index] > 0 ? gradient[index] : 0 }
  }

  /// The sum of each column.
  static func sum(
    _ rows: UnsafePointer<Float>, rows count: Int, columns: Int, into sums: UnsafeMutablePointer<Float>
  ) {
    sums.update(repeating: 0, count: columns)
    for row in 0..<count {
      let source = rows + row * columns
      for column in 0..<columns { sums[column] += source[column] }
    }
  }
}
