/// Everything besides its shape that the choice of a layer's kernel depends on.
struct PlanSetting: Sendable {
  let library: MatrixLibrary
  let precision: Precision
  /// Number of patches per chunk.
  let chunk: Int
  let batchCapacity: Int
}

/// A layer that several kernels can compute, and those kernels.
struct LayerChoice {
  let name: String
  /// The im2col kernel first.
  let kernels: [Plan.Kernel]
  /// The one that is usually fastest, chosen without timing.
  let usual: Plan.Kernel

  init?(_ layer: Layer, in graph: Graph, _ setting: PlanSetting) {
    name = layer.name
    let mayRound = setting.precision == .bfloat16
    if let shape = ConvolutionShape(layer, in: graph) {
      // Layers with few outputs cost almost nothing anyway, and may be fused; small groups take longer to gather than
      // to multiply.
      let isSmall =
        shape.outputs <= StepFeatureWindowKernel.mostOutputs
        || shape.groups > 1 && shape.channels / shape.groups < 8
      let rounds = mayRound && !layer.inputs.contains(Graph.input) && !isSmall
      kernels = shape.kernels(setting) + (rounds ? [.bfloat16] : [])
      usual = rounds ? .bfloat16 : shape.usualKernel(setting)
    } else if mayRound, case .product(let product) = layer.computes,
      product.outputs > DenseGEMMKernel.narrowOutputs
    {
      let rows = BFloat16DenseGEMMKernel.blockRows(rows: setting.batchCapacity)
      let shape = BatchInvariance(
        rows: rows, columns: product.outputs, depth: product.inputs, aStride: product.inputs,
        cStride: product.outputs, bIsTransposed: true)
      let rounds = OneDNN.installed.map(shape.holdsInBFloat16) ?? false
      kernels = [.columns] + (rounds ? [.bfloat16] : [])
      usual = kernels.last ?? .columns
    } else {
      return nil
    }
  }
}
