import Foundation
import NetworkTraining

/// Prints the wall time in seconds of each of some training steps, forward, backward and plain descent:
/// `training-bench NETWORK BATCH THREADS STEPS`; the networks are those of `NewNetwork`.
///
/// bench.py runs it beside PyTorch.
@main
struct TrainingBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let kind = NewNetwork(rawValue: arguments[1]), let batch = Int(arguments[2]),
      let threads = Int(arguments[3]), let steps = Int(arguments[4]), batch > 0, threads > 0, steps > 0
    else {
      print(
        "usage: training-bench \(NewNetwork.allCases.map(\.rawValue).joined(separator: "|")) BATCH THREADS STEPS")
      exit(64)
    }
    let start = try kind.model(
      ModelDescription(name: "bench", version: "1", trainingData: "nothing"), random: SystemRandomNumberGenerator())
    let network = try TrainableNetwork(
      start, options: TrainingOptions(batchSize: batch, threads: threads, normalisation: .batch))
    guard network.passCapacity == batch else {
      print("a batch of \(batch) does not fit into one pass")
      exit(69)
    }
    for index in network.gray.indices { network.gray[index] = Float(index &* 7919 % 256) }
    let classes = (0..<batch).map { $0 % 2 }
    for step in 0...steps {
      let begin = ContinuousClock.now
      network.clearGradients()
      network.forward(count: batch, isTraining: true)
      let loss = Losses.crossEntropy(
        logits: network.output(), classes: classes[...], smoothing: 0, weight: 1 / Double(batch),
        gradient: network.outputGradient())
      network.backward()
      let parameters = network.parameters.filter(\.isTrained)
      network.runParts(count: parameters.count) { part in
        let (values, gradient) = (parameters[part].values, parameters[part].gradient)
        for index in values.indices { values[index] -= 1e-4 * gradient[index] }
      }
      // The first warms up.
      if step > 0 { print((ContinuousClock.now - begin) / .seconds(1), loss) }
    }
  }
}
