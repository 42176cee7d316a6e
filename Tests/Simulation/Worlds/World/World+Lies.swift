import Foundation
import Interferometry
import Messaging

import struct Scheduling.Lease

/// What a lying worker says.
extension World {
  /// What it sends in place of a result.
  func lies(about result: Volcsweep_UnitResult, by worker: SimulatedWorker) -> [Volcsweep_UnitResult] {
    report.count("lie")
    var lie = result
    switch worker.favouriteLie ?? random.index(below: 12) {
    case 0: lie.lease.unit = random.next() % 200
    case 1: lie.lease.attempt += 7
    case 2:
      // Made up, of an interferogram so far from those that it was given that no unit holds both.
      let foreign =
        (1...UInt32(weather.interferograms)).first { number in
          result.interferograms.allSatisfy { abs(Int($0.number) - Int(number)) >= weather.unitSize }
        } ?? 9999
      lie.interferograms = lie.interferograms.prefix(1).map { with($0) { $0.number = foreign } }
      lie.interferograms[0].score.maximumProbability = 0.99
      lie.interferograms[0].score.patchRows = 3
    case 3: lie.interferograms = lie.interferograms.map { with($0) { $0.score.maximumProbability = .nan } }
    case 4: lie.interferograms = lie.interferograms.map { with($0) { $0.score.patchRows = 70_000 } }
    case 5: lie.interferograms += lie.interferograms
    case 7:
      let trouble = ReadingTrouble.allCases[random.index(below: ReadingTrouble.allCases.count)]
      lie.interferograms = lie.interferograms.map { with($0) { $0.unreadable.reason = trouble.description } }
    case 6: lie.epoch = random.next() % 3
    case Self.emptyResult: lie.interferograms = []
    case 8: lie.interferograms.removeLast((lie.interferograms.count + 1) / 2)
    case Self.rejectsEverything:
      lie.interferograms = lie.interferograms.map { with($0) { $0.rejection = RejectionReason.empty.description } }
    case Self.forgedScore:
      lie.interferograms = lie.interferograms.map { result in
        with(result) {
          $0.score.patchProbabilities = [Float](repeating: 0, count: Truth.patches * Truth.patches)
            .withUnsafeBytes { Data($0) }
          $0.score.maximumProbability = 0
        }
      }
    default: return Array(repeating: result, count: 10)
    }
    return [lie]
  }

  static let emptyResult = 10
  static let rejectsEverything = 9
  /// One that only another's result shows to be false; told in worlds that have such checks.
  static let forgedScore = 12

  private func with(
    _ result: Volcsweep_InterferogramResult, _ change: (inout Volcsweep_InterferogramResult) -> Void
  ) -> Volcsweep_InterferogramResult {
    var result = result
    change(&result)
    return result
  }

  /// A heartbeat that claims what is nobody's or another's.
  func lie(inHeartbeatOf worker: SimulatedWorker) {
    report.count("lie")
    var heartbeat = Volcsweep_Heartbeat()
    heartbeat.holding = (0..<5).map { _ in
      Volcsweep_Lease(
        Lease(epoch: newestEpoch, unit: random.next() % 30, attempt: random.index(below: 4)))
    }
    if let lease = heartbeat.holding.first { heartbeat.computing = lease }
    transmit(Volcsweep_ToCoordinator(.heartbeat(heartbeat)), from: worker)
  }
}
