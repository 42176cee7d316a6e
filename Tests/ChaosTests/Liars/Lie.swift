import Foundation
import Interferometry
import Messaging

import struct Scheduling.Lease

/// What a worker may say that is not so, and that the result alone or other workers show to be false. A false score
/// of its own unit cannot, and neither can one of a lease that an earlier coordinator gave out.
enum Lie: String, CaseIterable {
  case tooManyPatches, tooFewPatches, otherShape, probabilityAboveOne, negativeProbability, maximumIsNoNumber
  case placeOffEarth, missingOutcome, sameInterferogramTwice
  case foreignUnit, staleAttempt, attemptToCome, newerEpoch, foreignInterferogram, unknownInterferogram
  case noLease
  case nothing, someOfIt, rejectionOfAll, unreadableAll

  /// A result that answers an assignment with this lie.
  func result(for assignment: Volcsweep_Assignment) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    result.interferograms = assignment.interferograms.map { Self.plausible(number: $0.number) }
    switch self {
    case .tooManyPatches: result.changeFirst { $0.patchProbabilities += $0.patchProbabilities }
    case .tooFewPatches: result.changeFirst { $0.patchProbabilities.removeLast(4) }
    case .otherShape:
      result.changeFirst {
        ($0.patchRows, $0.patchColumns, $0.keptPatches) = (1, 1, 1)
        $0.patchProbabilities = Self.bytes([0.5])
      }
    case .probabilityAboveOne: result.changeFirst { $0.patchProbabilities = Self.bytes([0.5, 1.5, 0.5, 0.5]) }
    case .negativeProbability: result.changeFirst { $0.maximumProbability = -0.1 }
    case .maximumIsNoNumber: result.changeFirst { $0.maximumProbability = .nan }
    case .placeOffEarth: result.changeFirst { $0.latitudeDegrees = 91 }
    case .missingOutcome: result.interferograms[0].outcome = nil
    case .sameInterferogramTwice: result.interferograms.append(result.interferograms[0])
    case .foreignUnit: result.lease.unit += 100
    case .staleAttempt: result.lease.attempt -= 1
    case .attemptToCome: result.lease.attempt += 7
    case .newerEpoch: result.lease.epoch += 1
    case .foreignInterferogram:
      for index in result.interferograms.indices { result.interferograms[index].number += 500 }
    case .unknownInterferogram:
      for index in result.interferograms.indices { result.interferograms[index].number += 1_000_000 }
    case .noLease: result.lease = Lease(Volcsweep_Lease())
    case .nothing: result.interferograms = []
    case .someOfIt: result.interferograms.removeLast()
    case .rejectionOfAll:
      for index in result.interferograms.indices {
        result.interferograms[index].rejection = RejectionReason.empty.description
      }
    case .unreadableAll:
      for index in result.interferograms.indices {
        var trouble = Volcsweep_Trouble()
        trouble.reason = ReadingTrouble.pixels.description
        result.interferograms[index].unreadable = trouble
      }
    }
    return result
  }

  /// A score that nobody could tell from a true one.
  private static func plausible(number: UInt32) -> Volcsweep_InterferogramResult {
    var score = Volcsweep_Score()
    score.patchProbabilities = bytes([0.9, 0.9, 0.9, 0.9])
    (score.patchRows, score.patchColumns, score.keptPatches) = (2, 2, 4)
    score.maximumProbability = 0.9
    score.meanCoherence = .nan
    score.peakScale = 1
    var result = Volcsweep_InterferogramResult()
    result.number = number
    result.score = score
    return result
  }

  private static func bytes(_ probabilities: [Float]) -> Data { probabilities.withUnsafeBytes { Data($0) } }
}

extension Volcsweep_UnitResult {
  fileprivate mutating func changeFirst(_ change: (inout Volcsweep_Score) -> Void) {
    change(&interferograms[0].score)
  }
}
