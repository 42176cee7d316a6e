/// A constant of whole numbers, a scalar or one-dimensional, as shape arithmetic leaves it.
struct WholeNumbers: Sendable, CustomStringConvertible {
  /// `nil` stands for the batch's size, which is not known.
  var values: [Int?]
  var isScalar = false

  /// Shapes are short; what is longer is something else.
  static let limit = 1_024

  var description: String { "[" + values.map { $0.map(String.init) ?? "batch" }.joined(separator: ", ") + "]" }
}

extension WholeNumbers {
  /// `nil` for another element type, more dimensions or too many numbers.
  init?(_ tensor: ONNXTensor) {
    guard tensor.dimensions.count <= 1, tensor.count <= Self.limit, let integers = tensor.integers() else {
      return nil
    }
    values = integers
    isScalar = tensor.dimensions.isEmpty
  }
}
