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
  private let detector: Detector

  /// Loads the model as a worker does, with the plan that the first one of a sweep makes.
  init(archive: String, stack: String, model path: String, batch: Int, libraries: Set<MatrixLibrary>) throws {
    self.archive = URL(filePath: archive)
    self.stack = stack
    PatchClassifier.setSingleThreadedBLAS()
    let profile = MethodProfile(.jgr2018)
    let model = try ModelFile(contentsOf: URL(filePath: path))
    let plan = try Plan.make(
      for: model, batchCapacity: batch, libraries: libraries, patchStride: profile.stride, trial: .timed)
    detector = try Detector(profile: profile, model: model, plan: plan, batchCapacity: batch)
  }

  /// What one unit cost.
  private struct Cost {
    var processorMilliseconds = 0.0
    var clockMilliseconds = 0.0
    var otherMilliseconds = 0.0
    var kept = 0
    var allocations = -1
  }

  /// Prints, for each unit after the first: processor milliseconds an interferogram, milliseconds of all stages but
  /// the network in the median interferogram, patches kept, allocations of the compute thread between pixels and Pmax
  /// (−1 without the library that counts them), resident megabytes, milliseconds of the clock an interferogram.
  func time(rounds: Int) throws {
    try units { round, _, cost in
      if round > 0 {
        print(
          cost.processorMilliseconds, cost.otherMilliseconds, cost.kept, cost.allocations,
          Self.megabytes("VmRSS:"), cost.clockMilliseconds)
        fflush(nil)
      }
      return round < rounds
    }
  }

  /// Goes on for so many interferograms and prints, at the first unit and at each tenth: interferograms so far,
  /// megabytes resident, and the most of them so far.
  func watchMemory(interferograms: Int) throws {
    var printed = -1
    try units { _, count, _ in
      let tenth = count * 10 / max(1, interferograms)
      if tenth > printed {
        printed = tenth
        print(count, Self.megabytes("VmRSS:"), Self.megabytes("VmHWM:"))
        fflush(nil)
      }
      return count < interferograms
    }
  }

  /// Computes the unit until it is told to stop.
  private func units(_ goesOn: (_ round: Int, _ interferograms: Int, Cost) -> Bool) throws {
    let reader = try PixelReader(archive: archive)
    defer { reader.stop() }
    let currentActivity = CurrentActivity(nil)
    let arm = dlsym(nil, "volcsweep_arm_allocations").map { unsafeBitCast($0, to: Arm.self) }
    let allocations = dlsym(nil, "volcsweep_allocations").map { unsafeBitCast($0, to: Count.self) }
    var assignment = try assignment()
    let count = assignment.interferograms.count
    var round = 0
    while true {
      assignment.lease.unit = UInt64(round + 1)
      let (start, clock, before) = (processorSeconds(), ContinuousClock.now, allocations?() ?? 0)
      let place = try reader.begin(assignment, currentActivity)
      let results = detector.score(
        count: count, grid: place.grid, geoTransform: place.geoTransform,
        step: { stage, index in
          arm?(0)
          currentActivity.step(Volcsweep_Stage(stage), interferogram: assignment.interferograms[index].number)
          reader.noteStage(stage)
          arm?([.gating, .network, .merging].contains(stage) ? 1 : 0)
        }, pixels: reader.pixels(of:))
      arm?(0)
      reader.end()
      var cost = Cost()
      cost.processorMilliseconds = (processorSeconds() - start) * 1000 / Double(count)
      cost.clockMilliseconds = (ContinuousClock.now - clock) / .milliseconds(count)
      let others = results.values.map { Double($0.seconds.total - $0.seconds.network) * 1000 }.sorted()
      cost.otherMilliseconds = others[count / 2]
      for case .scored(let result) in results.values.map(\.outcome) { cost.kept += result.keptPatches }
      cost.allocations = allocations.map { $0() - before } ?? -1
      guard goesOn(round, (round + 1) * count, cost) else { return }
      round += 1
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

  /// A number of kilobytes in the process's status.
  private static func megabytes(_ name: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) >> 10
  }
}
