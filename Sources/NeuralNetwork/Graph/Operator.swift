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

  package struct Product: Sendable {
    package var weights: ONNXTensor
    package var isOutputMajor: Bool
    package var alpha: Float = 1
    package var bias: ONNXTensor?
    package var beta: Float = 1
    package let inputs: Int
    package let outputs: Int

    package init(weights: ONNXTensor, isOutputMajor: Bool, bias: ONNXTensor?, inputs: Int, outputs: Int) {
      (self.weights, self.isOutputMajor, self.bias) = (weights, isOutputMajor, bias)
      (self.inputs, self.outputs) = (inputs, outputs)
    }
  }

  /// y = x / (bias + alpha / size · Σ x²)^beta over `size` neighbouring channels (ONNX, LRN).
  package struct LocalResponse: Equatable, Sendable {
    package let size: Int
    package let alpha: Float
    package let beta: Float
    package let bias: Float
  }
}
