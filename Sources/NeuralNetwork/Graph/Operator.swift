/// The computation of a layer, with its constants; all attributes are validated.
enum Operator: Sendable {
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

  struct Product: Sendable {
    var weights: ONNXTensor
    var isOutputMajor: Bool
    var alpha: Float = 1
    var bias: ONNXTensor?
    var beta: Float = 1
    let inputs: Int
    let outputs: Int
  }

  /// y = x / (bias + alpha / size · Σ x²)^beta over `size` neighbouring channels (ONNX, LRN).
  struct LocalResponse: Equatable, Sendable {
    let size: Int
    let alpha: Float
    let beta: Float
    let bias: Float
  }
}
