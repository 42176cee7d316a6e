import NeuralNetwork

/// Where the gradients by a network's values lie: a value's block is used again once the layer that wrote the value
/// has been passed.
final class GradientMemory {
  private(set) var blocks: [AlignedFloats?]
  private var idle: [AlignedFloats] = []
  /// Total size of all blocks, floats.
  private(set) var count = 0

  /// - Parameters:
  ///   - graph: The network.
  ///   - needed: Whether the gradient with respect to a value is needed.
  ///   - patches: Number of patches of a pass.
  init(_ graph: TrainingGraph, needed: [Bool], patches: Int) {
    blocks = [AlignedFloats?](repeating: nil, count: graph.sizes.count)
    for value in graph.heads.values { take(value, graph.sizes[value] * patches) }
    for step in graph.steps.reversed() where needed[step.output] {
      for value in step.inputs where needed[value] && blocks[value] == nil {
        take(value, graph.sizes[value] * patches)
      }
      if let block = blocks[step.output], !graph.heads.values.contains(step.output) { idle.append(block) }
    }
  }

  private func take(_ value: Int, _ size: Int) {
    guard blocks[value] == nil else { return }
    let fitting = idle.indices.filter { idle[$0].count >= size }.min { idle[$0].count < idle[$1].count }
    if let fitting {
      blocks[value] = idle.remove(at: fitting)
    } else {
      blocks[value] = AlignedFloats(count: size)
      count += size
    }
  }
}
