/// What the choice of a layer's kernel depends on besides its shape.
struct PlanSetting: Sendable {
  let library: ProductLibrary
  let precision: Precision
  /// The patches of a chunk.
  let chunk: Int
  let batchCapacity: Int
}

/// A layer that can be computed in more than one way, and those ways.
struct LayerChoice {
  let name: String
  /// The plain one first.
  let kernels: [Plan.Kernel]
  /// What is usually fastest, without measuring.
  let usual: Plan.Kernel

  init?(_ layer: Layer, in graph: Graph, _ setting: PlanSetting) {
    name = layer.name
    let mayRound = setting.precision == .bfloat16
    if let shape = ConvolutionShape(layer, in: graph) {
      // A few outputs cost next to nothing as they are.
      let rounds = mayRound && !layer.inputs.contains(Graph.input) && shape.outputs > 4
      kernels = shape.kernels(setting) + (rounds ? [.bfloat16] : [])
      usual = rounds ? .bfloat16 : shape.usualKernel(setting)
    } else if mayRound, case .product(let product) = layer.computes,
      product.outputs > RowProductKernel.narrowOutputs
    {
      let rows = BFloat16RowProductKernel.blockRows(rows: setting.batchCapacity)
      let shape = RowStability(
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
