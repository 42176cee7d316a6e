/// What one look over an interferogram's pixels tells of its use.
struct PixelStatistics {
  let noDataShare: Float
  let meanCoherence: Float?
  /// Why it cannot be judged; `nil` when it can.
  let rejection: String?

  /// Rounding of stored phases beyond ±π that is forgiven, radians.
  private static let tolerance: Float = 0.01

  init(noDataShare: Float, meanCoherence: Float?, rejection: String?) {
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
    if let coherence {
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
    rejection =
      if count == 0 {
        "empty: no pixel has data"
      } else if low < -Float.pi - Self.tolerance || high > Float.pi + Self.tolerance {
        "not wrapped phase: values from \(low) to \(high) radians, expected −π to π"
      } else if low == high {
        "constant: every pixel with data has phase \(low)"
      } else {
        nil
      }
  }
}
