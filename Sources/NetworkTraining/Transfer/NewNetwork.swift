import NeuralNetwork

/// A network that has learnt nothing yet, for one channel of gray.
public enum NewNetwork: String, CaseIterable, Sendable {
  /// Six convolutions over the cosine and sine of the phase, then mean and maximum over the patch, each with
  /// its own weights.
  case fringe
  /// `fringe` without padding and with a total stride of 16, which divides that of the default method's
  /// patches: a sweep runs all but its last convolution once over an interferogram, for all patches.
  case sweep
  /// AlexNet (Krizhevsky et al. 2012) as in torchvision, with two classes.
  case alexnet

  /// Width and height of the patches that it is designed for, pixels.
  public var inputSize: Int { 224 }

  /// Creates the network with weights from `random`; all its layers are untrained.
  public func model(_ description: ModelDescription, random: any RandomNumberGenerator) throws -> ModelFile {
    try model(description, inputSize: inputSize, random: random)
  }

  /// Creates the network for patches of another size, which must leave a pixel after the last pooling.
  public func model(
    _ description: ModelDescription, inputSize: Int, random: any RandomNumberGenerator
  ) throws -> ModelFile {
    var sketch = GraphSketch(channels: 1, size: inputSize, random: random)
    let logits =
      switch self {
      case .fringe: Self.fringe(&sketch, classes: description.classNames.count)
      case .sweep: Self.sweep(&sketch, classes: description.classNames.count)
      case .alexnet: Self.alexnet(&sketch, classes: description.classNames.count)
      }
    let probabilities = sketch.softmax("probabilities", logits)
    let graph = sketch.graph(output: probabilities)
    var description = description
    if self != .alexnet { description.entries[ModelFile.fixedLayersKey] = "ramps,phase" }
    let preprocessing = [
      "volcsweep.input_size": "\(inputSize)", "volcsweep.channels": "1", "volcsweep.mean": "127.5",
      "volcsweep.scale": "0.00784313725", "volcsweep.output": "probabilities",
    ]
    return try ModelFile(
      graph, properties: description.properties(over: preprocessing), classOutput: "probabilities",
      newLayers: sketch.drawn)
  }

  private static func alexnet(_ sketch: inout GraphSketch, classes: Int) -> ValueID {
    var value = Graph.input
    for (index, outputs, kernel, stride, padding, isPooled) in [
      (0, 64, 11, 4, 2, true), (3, 192, 5, 1, 2, true), (6, 384, 3, 1, 1, false), (8, 256, 3, 1, 1, false),
      (10, 256, 3, 1, 1, true),
    ] {
      let name = "features.\(index)"
      value = sketch.relu(
        sketch.convolution(name, value, outputs: outputs, kernel: kernel, stride: stride, padding: padding))
      if isPooled { value = sketch.maxPool("\(name).pool", value, kernel: 3, stride: 2) }
    }
    value = sketch.flatten("flatten", value)
    for name in ["classifier.1", "classifier.4"] {
      value = sketch.relu(sketch.dense(name, value, outputs: 4_096, isBeforeReLU: true))
    }
    return sketch.dense("classifier.6", value, outputs: classes)
  }

  private static func fringe(_ sketch: inout GraphSketch, classes: Int) -> ValueID {
    let blocks = [
      Block(32, 7, stride: 4, pool: 2), Block(40), Block(48, pool: 2), Block(80), Block(96, pool: 2), Block(128),
    ]
    return phaseNetwork(&sketch, blocks, isPadded: true, classes: classes)
  }

  private static func sweep(_ sketch: inout GraphSketch, classes: Int) -> ValueID {
    let blocks = [
      Block(32, 7, stride: 4, pool: 2), Block(48), Block(64, pool: 2), Block(96), Block(128),
      Block(160, dilation: 2),
    ]
    return phaseNetwork(&sketch, blocks, isPadded: false, classes: classes)
  }

  /// A convolution with batch normalisation, ReLU and pooling.
  private struct Block {
    let outputs, kernel, stride, dilation, pool: Int

    init(_ outputs: Int, _ kernel: Int = 3, stride: Int = 1, dilation: Int = 1, pool: Int = 1) {
      (self.outputs, self.kernel, self.stride, self.dilation, self.pool) = (outputs, kernel, stride, dilation, pool)
    }
  }

  private static func phaseNetwork(
    _ sketch: inout GraphSketch, _ blocks: [Block], isPadded: Bool, classes: Int
  ) -> ValueID {
    var value = PhasePolygon.draw(on: &sketch, Graph.input)
    for (index, block) in blocks.enumerated() {
      let name = "conv\(index + 1)"
      value = sketch.convolution(
        name, value, outputs: block.outputs, kernel: block.kernel, stride: block.stride,
        padding: isPadded ? block.kernel / 2 : 0, dilation: block.dilation, hasBias: false,
        isNormalised: true)
      value = sketch.relu(sketch.normalisation("\(name).norm", value))
      if block.pool > 1 { value = sketch.maxPool("\(name).pool", value, kernel: block.pool, stride: block.pool) }
    }
    let parts = [("mean", true), ("maximum", false)].map { name, isMean in
      let pooled = sketch.flatten("\(name).flat", sketch.globalPool(name, value, isMean: isMean))
      return sketch.dense("\(name).score", pooled, outputs: classes)
    }
    return sketch.sum("score", parts[0], parts[1])
  }
}
