/// An integer constant, scalar or one-dimensional, as in shape arithmetic.
struct WholeNumbers: Sendable, CustomStringConvertible {
  /// `nil` means the batch's size, which is unknown.
  var values: [Int?]
  var isScalar = false

  /// Shapes are short; a longer constant is something else.
  static let limit = 1_024

  var description: String { "[" + values.map { $0.map(String.init) ?? "batch" }.joined(separator: ", ") + "]" }
}

extension WholeNumbers {
  /// `nil` for another element type, more dimensions or too many integers.
  init?(_ tensor: ONNXTensor) {
    guard tensor.dimensions.count <= 1, tensor.count <= Self.limit, let integers = tensor.integers() else {
      return nil
    }
    values = integers
    isScalar = tensor.dimensions.isEmpty
  }
}
