import Foundation
import Interferometry
import NetworkTraining
import NeuralNetwork
import RasterIO

/// How much faster a new head scores an archive from stored activations than a sweep does from pixels: the worker's own
/// code on one core, files and all, both in one run.
@main
struct RescoreBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let model = arguments.first, arguments.count <= 3 else {
      print("usage: rescore-bench MODEL.onnx [INTERFEROGRAMS] [ROUNDS]")
      exit(64)
    }
    let count = arguments.count > 1 ? Int(arguments[1]) ?? 32 : 32
    let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3
    PatchClassifier.setSingleThreadedBLAS()
    let archive = try BenchArchive(interferograms: count)
    print("\(count) interferograms of 500 × 500 pixels, one core, best of \(rounds) rounds, ms per interferogram")
    print(RescoreCase.header)
    let shipped = try ModelFile(contentsOf: URL(fileURLWithPath: model))
    // The layer in front of what tells the classes of the network that is shipped, and AlexNet's last but one.
    try RescoreCase("shipped", shipped, layer: "relu6", archive).run(rounds: rounds)
    let description = ModelDescription(name: "alexnet", version: "1", trainingData: "nothing")
    let alexnet = try NewNetwork.alexnet.model(description, random: BenchNumbers())
    try RescoreCase("AlexNet", alexnet, layer: "classifier.4", archive).run(rounds: max(1, rounds - 1))
  }
}

/// The same numbers each time.
struct BenchNumbers: RandomNumberGenerator {
  var state: UInt64 = 2018

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
