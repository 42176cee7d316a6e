import Detection
import Foundation
import Imaging
import Interferometry
import Messaging
import NeuralNetwork
import RasterIO
import Work

/// A unit of all interferograms of a stack as a worker computes it, again and again.
struct UnitBench {
  private typealias Arm = @convention(c) (Int32) -> Void
  private typealias Count = @convention(c) () -> Int

  private let archive: URL
  private let stack: String
  private let model: ModelFile

  init(archive: String, stack: String, model: String) throws {
    self.archive = URL(filePath: archive)
    self.stack = stack
    self.model = try ModelFile(contentsOf: URL(filePath: model))
  }

  /// Prints, for each unit after the first: processor milliseconds an interferogram, milliseconds of all stages but
  /// the network in the median interferogram, patches kept, allocations of the compute thread between pixels and Pmax (−1 without the library that
  /// counts them), resident megabytes.
  func run(batch: Int, rounds: Int) throws {
    PatchClassifier.setSingleThreadedBLAS()
    let detector = try Detector(profile: MethodProfile(.jgr2018), model: model, batchCapacity: batch)
    let reader = PixelReader(archive: archive)
    defer { reader.stop() }
    let whereabouts = Whereabouts(nil)
    let arm = dlsym(nil, "volcsweep_arm_allocations").map { unsafeBitCast($0, to: Arm.self) }
    let allocations = dlsym(nil, "volcsweep_allocations").map { unsafeBitCast($0, to: Count.self) }
    var assignment = try assignment()
    let count = assignment.interferograms.count
    for round in 0...rounds {
      assignment.lease.unit = UInt64(round + 1)
      let (start, before) = (processorSeconds(), allocations?() ?? 0)
      let place = try reader.begin(assignment, whereabouts)
      let judged = detector.judge(
        count: count, grid: place.grid, geoTransform: place.geoTransform,
        step: { stage, index in
          arm?(0)
          whereabouts.step(Volcsweep_Stage(stage), interferogram: assignment.interferograms[index].number)
          reader.noteStage(stage)
          arm?([.gating, .network, .merging].contains(stage) ? 1 : 0)
        }, pixels: reader.pixels(of:))
      arm?(0)
      reader.end()
      let milliseconds = (processorSeconds() - start) * 1000 / Double(count)
      var kept = 0
      let others = judged.values.map { Double($0.seconds.total - $0.seconds.network) * 1000 }.sorted()
      for case .scored(let result) in judged.values.map(\.outcome) { kept += result.keptPatches }
      guard round > 0 else { continue }
      let counted = allocations.map { $0() - before } ?? -1
      print(milliseconds, others[count / 2], kept, counted, Self.residentMegabytes)
    }
  }

  private func assignment() throws -> Volcsweep_Assignment {
    let reader = try InterferogramStackReader(path: archive.appending(path: stack).path)
    var assignment = Volcsweep_Assignment()
    assignment.stack = stack
    (assignment.height, assignment.width) = (UInt32(reader.header.grid.height), UInt32(reader.header.grid.width))
    assignment.interferograms = reader.pairs.enumerated().map { index, pair in
      var planned = Volcsweep_PlannedInterferogram()
      (planned.number, planned.pair) = (UInt32(index + 1), pair.description)
      return planned
    }
    return assignment
  }

  private static var residentMegabytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return (pages * Int(getpagesize())) >> 20
  }
}
