import NeuralNetwork

/// Of max(x, 0); at 0 it is 0.
struct ReLUDerivative: PatchDerivative {
  let count: Int

  func apply(_ call: DerivativeCall) {
    for index in 0..<count { call.target[index] = call.output[index] > 0 ? call.gradient[index] : 0 }
  }
}

/// Derivative of min(max(x, lower), upper); 0 at the bounds.
struct ClipDerivative: PatchDerivative {
  let count: Int
  let lower: Float
  let upper: Float

  func apply(_ call: DerivativeCall) {
    for index in 0..<count {
      let isInside = call.output[index] > lower && call.output[index] < upper
      call.target[index] = isInside ? call.gradient[index] : 0
    }
  }
}

/// Derivative of 1 / (1 + e^−x).
struct SigmoidDerivative: PatchDerivative {
  let count: Int

  func apply(_ call: DerivativeCall) {
    for index in 0..<count {
      call.target[index] = call.gradient[index] * call.output[index] * (1 - call.output[index])
    }
  }
}

/// Derivative of the softmax.
struct SoftmaxDerivative: PatchDerivative {
  let count: Int

  func apply(_ call: DerivativeCall) {
    var product: Float = 0
    for index in 0..<count { product += call.gradient[index] * call.output[index] }
    for index in 0..<count { call.target[index] = call.output[index] * (call.gradient[index] - product) }
  }
}

/// Derivative of a sum of two values, optionally followed by ReLU.
struct AdditionDerivative: PatchDerivative {
  let count: Int
  let appliesReLU: Bool
  var needsOutput: Bool { appliesReLU }

  func apply(_ call: DerivativeCall) {
    guard appliesReLU else { return call.target.update(from: call.gradient, count: count) }
    for index in 0..<count { call.target[index] = call.output[index] > 0 ? call.gradient[index] : 0 }
  }
}

/// Derivative of a concatenation of channels.
struct ConcatenationDerivative: PatchDerivative {
  let pixels: Int
  /// Number of channels of each input.
  let channels: [Int]
  var needsOutput: Bool { false }

  func apply(_ call: DerivativeCall) {
    let stride = channels.reduce(0, +)
    let first = channels[..<call.index].reduce(0, +)
    let count = channels[call.index]
    for pixel in 0..<pixels {
      (call.target + pixel * count).update(from: call.gradient + pixel * stride + first, count: count)
    }
  }
}

/// Derivative of a change of layout: the inverse change.
struct LayoutDerivative: PatchDerivative {
  private let back: any Kernel
  var scratchCount: Int { back.scratchCount }
  var needsOutput: Bool { false }

  /// Of the copy from one shape to another.
  init(from: PatchShape, to: PatchShape) { back = PatchwiseKernels.layout(from: to, to: from) }

  func apply(_ call: DerivativeCall) {
    withUnsafePointer(to: call.gradient) { input in
      back.run(KernelCall(inputs: input, output: call.target, scratch: call.scratch))
    }
  }
}
