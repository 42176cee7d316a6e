/// Chooses a kernel for each layer and packs its weights. Layers that only scale, shift or clip a product's
/// result are fused into the product.
struct ProgramBuilder {
  let graph: Graph
  let plan: Plan
  var rows: Int { plan.batchCapacity }
  var program: Program
  /// The program's value for a graph's value.
  var values: [ValueID: ValueID] = [:]
  var absorbed: Set<Int> = []
  let readers: [ValueID: [Int]]
  let gemm: any GEMMLibrary

  /// For a plan that was checked.
  var bfloat16Library: OneDNN {
    guard let gemm = OneDNN.installed else { preconditionFailure("a plan is checked before it is run") }
    return gemm
  }

  /// Builds the program of a plan. If the graph ends in logits, it can add the softmax (for one output the
  /// logistic function).
  static func build(
    _ graph: Graph, input: InputForm, plan: Plan, turnsLogitsIntoProbabilities: Bool, trunk: Trunk? = nil
  ) -> Program {
    var builder = ProgramBuilder(graph, input: input, plan: plan)
    builder.addInput(input)
    for index in graph.layers.indices {
      if let trunk, index == trunk.layerCount, let value = builder.values[trunk.value] {
        builder.program.endTrunk(at: value)
      }
      if !builder.absorbed.contains(index) { builder.add(index) }
    }
    return builder.finish(turnsLogitsIntoProbabilities: turnsLogitsIntoProbabilities)
  }

  private init(_ graph: Graph, input: InputForm, plan: Plan) {
    self.graph = graph
    self.plan = plan
    gemm = plan.library.gemm ?? CBLASLibrary()
    var readers: [ValueID: [Int]] = [:]
    for (index, layer) in graph.layers.enumerated() {
      for value in layer.inputs { readers[value, default: []].append(index) }
    }
    self.readers = readers
    switch input {
    case .tensor: program = Program(inputSize: graph.inputShape.count)
    case .gray: program = Program(inputSize: graph.inputShape.count / graph.inputShape.channels)
    }
  }

  private mutating func addInput(_ input: InputForm) {
    let shape = graph.inputShape
    let pixels = shape.count / shape.channels
    switch input {
    case .tensor:
      let kernel = LayoutKernel(from: nil, to: (pixels, shape.channels), count: shape.count)
      values[Graph.input] = program.append("input", kernel, inputs: [Program.input], size: shape.count)
    case .gray(let mean, let scale):
      if let index = firstConvolution, shape.channels > 1 {
        addFoldedConvolution(index, mean: mean, scale: scale)
        return
      }
      let kernel = GrayKernel(pixels: pixels, mean: mean, scale: scale)
      values[Graph.input] = program.append("gray", kernel, inputs: [Program.input], size: shape.count)
    }
  }

  private mutating func finish(turnsLogitsIntoProbabilities: Bool) -> Program {
    let output = values[graph.output] ?? Program.input
    let count = graph.outputShape.count
    let last: any Kernel
    if !turnsLogitsIntoProbabilities {
      last = LayoutKernel(from: nil, to: nil, count: count)
    } else if count == 1 {
      last = SigmoidKernel(count: 1)
    } else {
      last = SoftmaxKernel(count: count)
    }
    program.heads[Program.classHead] = program.append("output", last, inputs: [output], size: count)
    for (name, value) in graph.otherHeads.sorted(by: { $0.key < $1.key }) {
      let shape = graph.shapes[value]
      program.heads[name] = program.append(
        name, LayoutKernel(from: shape.pixelsAndChannels, to: nil, count: shape.count),
        inputs: [values[value] ?? Program.input],
        size: shape.count)
    }
    return program
  }

  private mutating func add(_ index: Int) {
    let layer = graph.layers[index]
    let shape = graph.shapes[layer.output]
    let inputShape = graph.shapes[layer.inputs[0]]
    let pixels = inputShape.count / inputShape.channels
    switch layer.computes {
    case .convolution(let window, let groups, let weights, let bias):
      if addStepFeatures(from: index) { return }
      addConvolution(index, window: window, groups: groups, weights: weights, bias: bias)
    case .product(let product): addProduct(index, product)
    case .affine(let scale, let shift):
      let (relu, output) = absorbReLU(after: layer.output)
      let kernel = AffineKernel(pixels: pixels, scale: scale, shift: shift, appliesReLU: relu)
      append(layer, kernel, writing: output)
    case .add:
      let (relu, output) = absorbReLU(after: layer.output)
      append(layer, AdditionKernel(count: shape.count, appliesReLU: relu), writing: output)
    case .relu, .sigmoid, .softmax, .localResponseNormalisation, .maxPool, .averagePool, .globalAveragePool,
      .globalMaxPool, .adaptiveAveragePool, .clip, .concatenation, .reshape:
      guard let kernel = PatchwiseKernels.kernel(of: layer, in: graph) else {
        preconditionFailure("\(layer.operation) has no weights")
      }
      append(layer, kernel)
    }
  }

  mutating func append(
    _ layer: Layer, _ kernel: any Kernel, writing output: ValueID? = nil, scope: Step.Scope = .patch
  ) {
    let inputs = layer.inputs.map { values[$0] ?? Program.input }
    values[output ?? layer.output] = program.append(
      layer.name, kernel, inputs: inputs, size: graph.shapes[layer.output].count, scope: scope)
  }
}
