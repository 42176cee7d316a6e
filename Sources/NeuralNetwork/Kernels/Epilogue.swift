/// Operations on a product's rows while they are in the cache: a bias, optionally followed by ReLU.
struct Epilogue {
  /// One number per column, repeated for every row, or one for each row and column.
  let bias: AlignedFloats
  let appliesReLU: Bool

  /// Processes rows × columns of `output`, `stride` floats per row; `firstRow` and `firstColumn` are its
  /// position in the bias.
  func apply(
    to output: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int, firstRow: Int,
    firstColumn: Int
  ) {
    let isPerRow = bias.count > stride
    for row in 0..<rows {
      let target = output + row * stride
      let source = bias.base + firstColumn + (isPerRow ? (firstRow + row) * stride : 0)
      if appliesReLU {
        for column in 0..<columns {
          let sum = target[column] + source[column]
          target[column] = sum > 0 ? sum : 0
        }
      } else {
        for column in 0..<columns { target[column] += source[column] }
      }
    }
  }
}
