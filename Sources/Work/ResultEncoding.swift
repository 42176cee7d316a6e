import Detection
import Foundation
import Interferometry
import Messaging

extension Volcsweep_InterferogramResult {
  init(_ planned: Volcsweep_PlannedInterferogram, _ result: Detector.InterferogramResult) {
    self.init()
    number = planned.number
    switch result.outcome {
    case .scored(let scored):
      score = Volcsweep_Score(scored)
      if let found = scored.box { box = Volcsweep_Box(found) }
    case .rejected(let reason), .quarantined(let reason): rejection = reason
    case .unreadable(let reason): unreadable = Volcsweep_Trouble(reason: reason, detail: result.detail)
    }
    var seconds = Volcsweep_StageSeconds()
    seconds.read = result.seconds.read
    seconds.gray = result.seconds.gray
    seconds.gate = result.seconds.gate
    seconds.network = result.seconds.network
    seconds.merge = result.seconds.merge
    self.seconds = seconds
  }
}

extension Volcsweep_Trouble {
  /// - Parameters:
  ///   - reason: raw value of a `ReadingTrouble`.
  ///   - detail: messages of libraries and the system; truncated to ``longestDetail`` characters.
  init(reason: String, detail: String) {
    self.init()
    self.reason = reason
    self.detail = String(detail.prefix(Self.longestDetail))
  }

  private static let longestDetail = 1000
}

extension Volcsweep_Score {
  init(_ result: DetectionResult) {
    self.init()
    patchProbabilities = result.patchProbabilities.withUnsafeBytes { Data($0) }
    patchRows = UInt32(result.patchRows)
    patchColumns = UInt32(result.patchColumns)
    maximumProbability = result.maximumProbability
    row = UInt32(result.row)
    column = UInt32(result.column)
    latitudeDegrees = result.latitudeDegrees
    longitudeDegrees = result.longitudeDegrees
    pixelsAbove05 = UInt32(result.pixelsAbove05)
    pixelsAbove08 = UInt32(result.pixelsAbove08)
    keptPatches = UInt32(result.keptPatches)
    noDataShare = result.noDataShare
    meanCoherence = result.meanCoherence ?? .nan
    if let map = result.sourceMap {
      sourceMap = Data(map.values)
      (sourceRows, sourceColumns) = (UInt32(map.rows), UInt32(map.columns))
    }
    embedding = result.embedding.withUnsafeBytes { Data($0) }
    peakScale = UInt32(result.peakScale)
  }
}

extension Volcsweep_Box {
  init(_ box: PixelBox) {
    self.init()
    (centreRow, centreColumn) = (box.centreRow, box.centreColumn)
    (halfHeight, halfWidth) = (box.halfHeight, box.halfWidth)
  }
}
