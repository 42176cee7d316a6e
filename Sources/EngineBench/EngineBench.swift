import Foundation
import NeuralNetwork

/// Prints the seconds of each of some full batches through a model: `EngineBench MODEL BATCH ROUNDS`.
///
/// bench.py runs it beside other engines.
@main
struct EngineBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let batch = Int(arguments[2]), let rounds = Int(arguments[3]), batch > 0, rounds > 0
    else {
      print("usage: EngineBench MODEL BATCH ROUNDS")
      exit(64)
    }
    let classifier = try PatchClassifier(
      model: ModelFile(contentsOf: URL(filePath: arguments[1])), batchCapacity: batch)
    let pixels = batch * classifier.inputSize * classifier.inputSize
    let gray = (0..<pixels).map { Float($0 &* 7919 % 256) }
    var probabilities = [Float](repeating: 0, count: batch)
    for round in 0...rounds {
      let start = ContinuousClock.now
      gray.withUnsafeBufferPointer { gray in
        probabilities.withUnsafeMutableBufferPointer {
          classifier.classify(gray: gray, count: batch, probabilities: $0)
        }
      }
      // The first warms up.
      if round > 0 { print((ContinuousClock.now - start) / .seconds(1)) }
    }
  }
}
