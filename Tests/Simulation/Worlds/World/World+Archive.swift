import Foundation
import Interferometry

/// What workers see of the archive.
extension World {
  /// What planning found in each stack.
  var proofStacks: [String: Data] {
    let names = (0..<min(weather.stacks, weather.interferograms)).map { "\($0).h5" }
    return Dictionary(uniqueKeysWithValues: names.map { ($0, Data($0.utf8)) })
  }

  func sees(_ stack: String, _ worker: SimulatedWorker) -> Bool {
    guard !isArchiveAway else { return false }
    guard worker.parent == nil, !worker.isLiar else { return true }
    return switch weather.view {
    case .whole: true
    case .none: false
    case .firstStack: stack == "0.h5"
    }
  }

  /// Why a worker cannot read an interferogram of the unit at hand; `nil` where it can.
  func trouble(_ worker: SimulatedWorker, _ number: UInt32) -> ReadingTrouble? {
    guard let stack = worker.compute.atHand?.stack else { return nil }
    if !sees(stack, worker) {
      report.count("stack not seen")
      return sees("0.h5", worker) ? .stackMissing : .archive
    }
    guard !isCalm, !failedReads.contains(number), random.index(below: 100) < weather.failedReadsPercent else {
      return nil
    }
    failedReads.insert(number)
    report.count("read failed")
    return .pixels
  }
}
