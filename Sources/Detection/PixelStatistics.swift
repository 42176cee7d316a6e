import Interferometry

/// Statistics of an interferogram's pixels, computed in one pass.
struct PixelStatistics {
  let noDataShare: Float
  let meanCoherence: Float?
  /// Why it has no score; `nil` if it can be scored.
  let rejection: RejectionReason?

  init(noDataShare: Float, meanCoherence: Float?, rejection: RejectionReason?) {
    (self.noDataShare, self.meanCoherence, self.rejection) = (noDataShare, meanCoherence, rejection)
  }

  init(phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?) {
    var count = 0
    var low = Float.infinity
    var high = -Float.infinity
    for value in phase where value == value {
      count += 1
      low = value < low ? value : low
      high = value > high ? value : high
    }
    noDataShare = phase.isEmpty ? 1 : Float(phase.count - count) / Float(phase.count)
    var lowCoherence = Float.infinity
    var highCoherence = -Float.infinity
    if let coherence {
      for value in coherence {
        lowCoherence = value < lowCoherence ? value : lowCoherence
        highCoherence = value > highCoherence ? value : highCoherence
      }
      var sum = 0.0
      var known = 0
      for index in 0..<min(phase.count, coherence.count) {
        let value = coherence[index]
        guard value == value, phase[index] == phase[index] else { continue }
        sum += Double(value)
        known += 1
      }
      meanCoherence = known > 0 ? Float(min(max(sum / Double(known), 0), 1)) : nil
    } else {
      meanCoherence = nil
    }
    let limit = Float.pi + RejectionReason.toleranceRadians
    rejection =
      if count == 0 {
        .empty
      } else if low < -limit || high > limit {
        .notWrapped(low: low, high: high)
      } else if lowCoherence < -RejectionReason.toleranceCoherence
        || highCoherence > 1 + RejectionReason.toleranceCoherence
      {
        .notCoherence(low: lowCoherence, high: highCoherence)
      } else if low == high {
        .constant(phase: low)
      } else {
        nil
      }
  }
}
