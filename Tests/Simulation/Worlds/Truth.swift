import Foundation
import Interferometry
import Messaging
import Scheduling

/// What each interferogram's outcome is, whoever computes it and when: some are empty, the rest have their score.
struct Truth {
  static let patches = 3

  static func isEmpty(_ number: InterferogramNumber) -> Bool { number % 11 == 7 }

  /// A machine of another kind comes to other last digits, by less than what is told as a difference.
  static func probability(_ number: InterferogramNumber, onOtherKind: Bool = false) -> Float {
    Float(number % 97) / 128 + (onOtherKind ? 0x1p-14 : 0)
  }

  static func outcome(_ number: InterferogramNumber, onOtherKind: Bool = false) -> Outcome {
    guard !isEmpty(number) else { return .rejected(reason: RejectionReason.empty.description) }
    let probability = probability(number, onOtherKind: onOtherKind)
    return .scored(
      DetectionResult(
        patchProbabilities: Array(repeating: probability, count: patches * patches), patchRows: patches,
        patchColumns: patches, maximumProbability: probability, row: number % 300, column: 7, latitudeDegrees: 0.5,
        longitudeDegrees: 0.25, pixelsAbove05: 20, pixelsAbove08: 10, keptPatches: patches * patches,
        noDataShare: 0.125, meanCoherence: nil, sourceMap: map(number, onOtherKind: onOtherKind),
        // The ledger keeps these numbers as they are.
        embedding: number % 4 == 1 ? [0.5, -2, Float(number % 97) / 8] : []))
  }

  /// Of some; a machine of another kind may differ by one step.
  private static func map(_ number: InterferogramNumber, onOtherKind: Bool) -> SourceMap? {
    guard number % 4 == 1 else { return nil }
    var map = SourceMap(grid: Grid(height: 300, width: 300))
    for cell in 0..<9 { map.values[number % 1000 + cell] = UInt8(20 * cell + (onOtherKind ? 1 : 0)) }
    return map
  }

  /// The worker's message of it.
  static func message(
    _ planned: Volcsweep_PlannedInterferogram, onOtherKind: Bool, trouble: ReadingTrouble? = nil
  ) -> Volcsweep_InterferogramResult {
    var message = Volcsweep_InterferogramResult()
    message.number = planned.number
    if let trouble {
      message.unreadable.reason = trouble.description
      message.unreadable.detail = "read error"
      return message
    }
    guard case .scored(let result) = outcome(Int(planned.number), onOtherKind: onOtherKind) else {
      message.rejection = RejectionReason.empty.description
      return message
    }
    var score = Volcsweep_Score()
    score.patchProbabilities = result.patchProbabilities.withUnsafeBytes { Data($0) }
    score.patchRows = UInt32(patches)
    score.patchColumns = UInt32(patches)
    score.maximumProbability = result.maximumProbability
    score.row = UInt32(result.row)
    score.column = UInt32(result.column)
    score.latitudeDegrees = result.latitudeDegrees
    score.longitudeDegrees = result.longitudeDegrees
    score.pixelsAbove05 = UInt32(result.pixelsAbove05)
    score.pixelsAbove08 = UInt32(result.pixelsAbove08)
    score.keptPatches = UInt32(result.keptPatches)
    score.noDataShare = result.noDataShare
    score.meanCoherence = .nan
    score.peakScale = UInt32(result.peakScale)
    if let map = result.sourceMap {
      score.sourceMap = Data(map.values)
      (score.sourceRows, score.sourceColumns) = (UInt32(map.rows), UInt32(map.columns))
    }
    score.embedding = result.embedding.withUnsafeBytes { Data($0) }
    message.score = score
    return message
  }
}
