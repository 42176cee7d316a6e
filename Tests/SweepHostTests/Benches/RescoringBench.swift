import Foundation
import NetworkTraining
import NeuralNetwork
import Testing

/// An archive, the shipped model, and another that shares all of its layers but the last.
struct RescoringBench {
  let sweeps: SweepBench

  init(stacks: Int, pairs: Int) throws {
    sweeps = try SweepBench(stacks: stacks, pairs: pairs)
    let shipped = try ModelFile(contentsOf: Self.shipped)
    let description = ModelDescription(name: "other head", version: "2", trainingData: "nothing")
    let other = try shipped.replacingLastLayers(description, tellsLocation: false, random: Numbers())
    try Data(other.onnx()).write(to: head)
  }

  /// The shipped model.
  static let shipped = SweepBench.executable.deletingLastPathComponent()
    .appending(path: "volcsweep_volcsweep.resources/default-model.onnx")

  var head: URL { sweeps.folder.appending(path: "head.onnx") }

  func job(_ run: String, storing: Bool = true, _ further: String = "") throws -> URL {
    try sweeps.job(run, (storing ? "store-activations: conv6\n" : "") + further)
  }

  func run(_ run: String) -> URL { sweeps.folder.appending(path: run) }

  func rescore(_ run: String, _ further: String...) throws -> (status: Int32, output: String, errors: String) {
    try sweeps.run(["rescore", self.run(run).path, "--model", head.path] + further)
  }

  /// The files with activations of a run.
  func activations(_ run: String) throws -> [URL] {
    let folder = self.run(run).appending(path: "activations")
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".activations") }
      .sorted().map { folder.appending(path: $0) }
  }

  /// A column of a run's list of interferograms, for those that are scored.
  func column(_ name: String, of run: String) throws -> [String] {
    let lines = try sweeps.text("\(run)/results/interferograms.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let place = try #require(lines.first?.firstIndex(of: name))
    return lines.dropFirst().filter { $0[1] == "scored" }.map { $0[place] }
  }

  private struct Numbers: RandomNumberGenerator {
    var state: UInt64 = 41

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 31
    }
  }
}
