import FormulaNetworks

@testable import NetworkTraining
@testable import NeuralNetwork

/// Compares a network's gradients with differences of its results.
///
/// The loss is a sum of the outputs with fixed weights, so what bends it are the layers alone.
final class GradientCheck {
  let network: TrainableNetwork
  private let count: Int
  private let weights: [Float]

  init(_ model: ModelFile, patches: Int = 3, options: TrainingOptions? = nil) throws {
    count = patches
    network = try TrainableNetwork(model, options: options ?? TrainingOptions(batchSize: patches, threads: 2))
    weights = FormulaNumbers.uniform("loss", count: 4_096)
    let area = model.metadata.inputSize * model.metadata.inputSize
    for patch in 0..<patches {
      let gray = FormulaNumbers.uniform("gray.\(patch)", count: area, amplitude: 127.5)
      for pixel in 0..<area { network.gray[patch * area + pixel] = gray[pixel] + 127.5 }
    }
  }

  private func loss() -> Double {
    network.forward(count: count, isTraining: true, seed: 11)
    var sum = 0.0
    for (index, value) in network.output().enumerated() { sum += Double(value) * Double(weights[index % 4_096]) }
    return sum
  }

  func backward() {
    _ = loss()
    let gradient = network.outputGradient()
    for index in gradient.indices { gradient[index] = weights[index % 4_096] }
    network.clearGradients()
    network.backward()
  }

  /// The largest difference, as a share of the parameter's largest gradient. Of several steps the best counts: a long one
  /// passes corners of the result, a short one drowns in rounding.
  func error(of parameter: Parameter, samples: Int = 40) -> Double {
    var worst = 0.0
    var largest = 0.0
    for gradient in parameter.gradient { largest = max(largest, Double(abs(gradient))) }
    guard largest > 0 else { return .infinity }
    let stride = max(1, parameter.values.count / samples)
    for index in Swift.stride(from: 0, to: parameter.values.count, by: stride) {
      let errors = [Float(8e-3), 2e-3, 5e-4].map { step in
        abs(slope(parameter, index, step) - Double(parameter.gradient[index]))
      }
      worst = max(worst, errors.min() ?? .infinity)
    }
    return worst / largest
  }

  private func slope(_ parameter: Parameter, _ index: Int, _ step: Float) -> Double {
    let value = parameter.values[index]
    defer { parameter.values[index] = value }
    parameter.values[index] = value + step
    let above = loss()
    parameter.values[index] = value - step
    let below = loss()
    return (above - below) / Double((value + step) - (value - step))
  }
}
