/// Kernels without weights, which process each patch separately; sweeps and trainings share them.
package enum PatchwiseKernels {
  /// - Parameters:
  ///   - layer: one of the graph's.
  ///   - graph: knows the shapes.
  /// - Returns: the layer's kernel; `nil` for layers with weights or with a scale and a shift.
  package static func kernel(of layer: Layer, in graph: Graph) -> (any Kernel)? {
    let shape = graph.shapes[layer.output]
    let inputShape = graph.shapes[layer.inputs[0]]
    let channels = inputShape.channels
    let pixels = inputShape.count / channels
    switch layer.computes {
    case .convolution, .product, .affine: return nil
    case .add: return addition(count: shape.count, appliesReLU: false)
    case .relu: return ReLUKernel(count: shape.count)
    case .sigmoid: return SigmoidKernel(count: shape.count)
    case .softmax: return SoftmaxKernel(count: shape.count)
    case .localResponseNormalisation(let parameters):
      return LocalResponseKernel(parameters: parameters, pixels: pixels, channels: channels)
    case .maxPool(let window): return MaxPoolKernel(area: WindowArea(window, over: inputShape))
    case .averagePool(let window, let countsPadding):
      return AveragePoolKernel(area: WindowArea(window, over: inputShape), countsPadding: countsPadding)
    case .globalAveragePool: return GlobalAveragePoolKernel(pixels: pixels, channels: channels)
    case .globalMaxPool: return GlobalMaxPoolKernel(pixels: pixels, channels: channels)
    case .adaptiveAveragePool: return AdaptiveAveragePoolKernel(from: inputShape, to: shape)
    case .clip(let lower, let upper): return ClipKernel(count: shape.count, lower: lower, upper: upper)
    case .concatenation:
      return ConcatenationKernel(pixels: pixels, channels: layer.inputs.map { graph.shapes[$0].channels })
    case .reshape: return layout(from: inputShape, to: shape)
    }
  }

  /// The sum of two values of `count` numbers, then perhaps ReLU.
  package static func addition(count: Int, appliesReLU: Bool) -> any Kernel {
    AdditionKernel(count: count, appliesReLU: appliesReLU)
  }

  /// Gray 0…255 to the network's channels: (gray − mean) · scale, with one mean and one scale for each channel.
  package static func gray(pixels: Int, mean: [Float], scale: [Float]) -> any Kernel {
    GrayKernel(pixels: pixels, mean: mean, scale: scale)
  }

  /// The same numbers in ONNX's order, from one shape to another.
  package static func layout(from: PatchShape, to: PatchShape) -> any Kernel {
    LayoutKernel(from: from.pixelsAndChannels, to: to.pixelsAndChannels, count: to.count)
  }
}
