import Foundation
import Hashing
import Imaging
import Messaging
import NetworkTraining
import NeuralNetwork
import Work

/// One network and one layer of it.
struct RescoreCase {
  private let name: String
  private let model: URL
  private let head: URL
  private let splitPoint: SplitPoint
  private let archive: BenchArchive
  private let activations: URL

  static let header =
    "network  layer          bytes a patch      sweep    storing  rescoring  times faster  pixels again  largest change"

  init(_ name: String, _ network: ModelFile, layer: String, _ archive: BenchArchive) throws {
    self.name = name
    self.archive = archive
    model = archive.folder.appending(path: "\(name).onnx")
    head = archive.folder.appending(path: "\(name)-head.onnx")
    activations = archive.folder.appending(path: "\(name)-activations")
    try Data(network.onnx()).write(to: model)
    let file = try ModelFile(contentsOf: model)
    let description = ModelDescription(name: "\(name) with a new head", version: "1", trainingData: "nothing")
    try Data(
      file.replacingLastLayers(description, tellsLocation: false, random: BenchNumbers()).onnx()
    ).write(to: head)
    splitPoint = try file.splitPoint(after: layer, patchStride: MethodProfile.jgr2018.stride)
  }

  func run(rounds: Int) throws {
    let folder = activations.path
    let sweep = try computer(model)
    let storing = try computer(model, ActivationTerms(folder: folder, stores: splitPoint.layer))
    let rescoring = try computer(head, ActivationTerms(folder: folder, reuses: splitPoint.fingerprint))
    let again = try computer(head)
    var best = [Double](repeating: .infinity, count: 4)
    var stages = Volcsweep_StageSeconds()
    var scores: (pixels: [UInt32: [Float]], activations: [UInt32: [Float]]) = ([:], [:])
    // The first round warms up; in each all four meet the machine as it is then.
    for round in 0...rounds {
      let results = try [
        time(sweep, isReusing: false), time(storing, isReusing: false), time(rescoring, isReusing: true),
        time(again, isReusing: false),
      ]
      scores = (results[3].probabilities, results[2].probabilities)
      stages = results[2].stages
      guard round > 0 else { continue }
      for index in best.indices { best[index] = min(best[index], results[index].milliseconds) }
    }
    let change = scores.pixels.reduce(Float(0)) { largest, entry in
      zip(entry.value, scores.activations[entry.key] ?? []).reduce(largest) { largest, pair in
        pair.0.isNaN ? largest : max(largest, abs(pair.0 - pair.1))
      }
    }
    print(
      name.padding(toLength: 9, withPad: " ", startingAt: 0)
        + splitPoint.layer.padding(toLength: 13, withPad: " ", startingAt: 0)
        + String(
          format: "%15d %10.2f %10.2f %10.2f %13.1f %13.2f %15.1e", 2 * splitPoint.count, best[0], best[1], best[2],
          best[0] / best[2], best[3], change))
    print(
      String(
        format: "         of the rescoring: read %.2f, network %.2f, merge %.2f", 1000 * stages.read,
        1000 * stages.network, 1000 * stages.merge))
    fflush(nil)
  }

  private func computer(_ model: URL, _ activations: ActivationTerms? = nil) throws -> UnitComputer {
    var welcome = Volcsweep_Welcome()
    welcome.epoch = 1
    welcome.archive = archive.folder.path
    welcome.modelPath = model.path
    welcome.modelSha256 = try sha256Hex(of: Data(contentsOf: model))
    welcome.profile = String(decoding: try JSONEncoder().encode(MethodProfile.jgr2018), as: UTF8.self)
    welcome.batchSize = 128
    welcome.heartbeatSeconds = 1
    welcome.makesPlan = true
    welcome.activations = activations?.document ?? ""
    return try UnitComputer(SweepTerms(welcome), after: nil)
  }

  /// All interferograms in units of 16, as a worker is given them.
  private func time(_ computer: UnitComputer, isReusing: Bool) throws
    -> (milliseconds: Double, probabilities: [UInt32: [Float]], stages: Volcsweep_StageSeconds)
  {
    let currentActivity = CurrentActivity(nil)
    var probabilities: [UInt32: [Float]] = [:]
    var stages = Volcsweep_StageSeconds()
    let each = 1 / Float(archive.pairs.count)
    let begun = ContinuousClock.now
    for start in stride(from: 0, to: archive.pairs.count, by: 16) {
      let assignment = assignment(start..<min(start + 16, archive.pairs.count), isReusing: isReusing)
      let result = computer.compute(assignment, currentActivity) { false }
      precondition(
        isReusing == (result.reused.count == assignment.interferograms.count), "what is timed is what is meant")
      for interferogram in result.interferograms {
        stages.read += interferogram.seconds.read * each
        stages.network += interferogram.seconds.network * each
        stages.merge += interferogram.seconds.merge * each
        let bytes = interferogram.score.patchProbabilities
        probabilities[interferogram.number] = [Float](unsafeUninitializedCapacity: bytes.count / 4) {
          buffer, count in
          count = bytes.count / 4
          _ = bytes.copyBytes(to: buffer)
        }
      }
    }
    return ((ContinuousClock.now - begun) / .milliseconds(archive.pairs.count), probabilities, stages)
  }

  private func assignment(_ range: Range<Int>, isReusing: Bool) -> Volcsweep_Assignment {
    var assignment = Volcsweep_Assignment()
    (assignment.lease.epoch, assignment.lease.unit, assignment.lease.attempt) = (
      1, UInt64(range.lowerBound / 16), 1
    )
    assignment.stack = archive.stack
    (assignment.height, assignment.width) = (UInt32(BenchArchive.grid.height), UInt32(BenchArchive.grid.width))
    let file =
      ActivationTerms.folderName(ofStack: archive.stack) + "/" + assignment.lease.activationFileName
    assignment.interferograms = range.map { index in
      var planned = Volcsweep_PlannedInterferogram()
      (planned.number, planned.pair) = (UInt32(index + 1), archive.pairs[index].description)
      if isReusing { planned.activations = file }
      return planned
    }
    return assignment
  }
}
