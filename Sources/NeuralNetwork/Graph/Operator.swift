/// What a layer computes, with its constants, after every attribute has been checked.
package enum Operator: Sendable {
  /// Weights: outputs × inputs per group × kernel height × kernel width; bias: outputs.
  case convolution(window: Window, groups: Int, weights: ONNXTensor, bias: ONNXTensor?)
  /// y = alpha · x · W + beta · bias with W inputs × outputs, or stored outputs × inputs.
  case product(Product)
  /// y = scale · x + shift along the channels.
  case affine(scale: [Float], shift: [Float])
  case relu
  case sigmoid
  case softmax
  case localResponseNormalisation(LocalResponse)
  case maxPool(Window)
  case averagePool(Window, countsPadding: Bool)
  case globalAveragePool
  case globalMaxPool
  /// Output pixel i of n covers the input's pixels ⌊i · size / n⌋ up to ⌈(i + 1) · size / n⌉ (PyTorch,
  /// AdaptiveAvgPool2d).
  case adaptiveAveragePool
  /// min(max(x, lower), upper)
  case clip(lower: Float, upper: Float)
  /// The sum of two values.
  case add
  /// Along the channels.
  case concatenation
  /// The numbers in ONNX's order, in another shape.
  case reshape

  /// A fully connected layer: y = alpha · x · W + beta · bias (ONNX, Gemm and MatMul).
  package struct Product: Sendable {
    /// W: inputs × outputs, or outputs × inputs if ``isOutputMajor``.
    package var weights: ONNXTensor
    /// Whether the weights are stored as outputs × inputs.
    package var isOutputMajor: Bool
    /// Factor of the matrix product.
    package var alpha: Float = 1
    /// One number per output, or one for all; `nil` for no bias.
    package var bias: ONNXTensor?
    /// Factor of the bias.
    package var beta: Float = 1
    /// Length of x, the rows of W.
    package let inputs: Int
    /// Length of y, the columns of W.
    package let outputs: Int

    package init(weights: ONNXTensor, isOutputMajor: Bool, bias: ONNXTensor?, inputs: Int, outputs: Int) {
      (self.weights, self.isOutputMajor, self.bias) = (weights, isOutputMajor, bias)
      (self.inputs, self.outputs) = (inputs, outputs)
    }
  }

  /// y = x / (bias + alpha / size · Σ x²)^beta over `size` neighbouring channels (ONNX, LRN).
  package struct LocalResponse: Equatable, Sendable {
    /// Number of neighbouring channels in the sum of squares, the centre included; at least 1.
    package let size: Int
    /// Weight of the mean square, at least 0.
    package let alpha: Float
    /// Exponent of the divisor.
    package let beta: Float
    /// Constant in the divisor, above 0, so that it is never 0.
    package let bias: Float
  }
}
