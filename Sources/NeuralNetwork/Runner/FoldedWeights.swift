/// A convolution over channels that are all (gray − mean) · scale of one gray image, folded to a single
/// channel.
struct FoldedWeights {
  /// Subtracted from gray values, so that large terms do not cancel.
  static let center: Float = 127.5

  /// Outputs × taps.
  let weights: [Float]
  /// Outputs × taps: contribution of a tap on the image, independent of the gray value.
  private let offsets: [Double]
  private let outputs: Int

  /// `weights` are outputs × channels × taps.
  init(_ weights: [Float], outputs: Int, mean: [Float], scale: [Float]) {
    let channels = mean.count
    let taps = weights.count / outputs / channels
    var sums = [Float](repeating: 0, count: outputs * taps)
    var offsets = [Double](repeating: 0, count: outputs * taps)
    for output in 0..<outputs {
      for tap in 0..<taps {
        var sum = 0.0
        var offset = 0.0
        for channel in 0..<channels {
          let weight = Double(weights[(output * channels + channel) * taps + tap]) * Double(scale[channel])
          sum += weight
          offset += weight * (Double(Self.center) - Double(mean[channel]))
        }
        sums[output * taps + tap] = Float(sum)
        offsets[output * taps + tap] = offset
      }
    }
    self.weights = sums
    self.offsets = offsets
    self.outputs = outputs
  }

  /// Output pixels × outputs, or one per output without padding.
  func bias(_ bias: [Float], columns: PatchColumns) -> [Float] {
    let window = columns.window
    let taps = offsets.count / outputs
    let all = (0..<outputs).map { output in
      Float(offsets[(output * taps)..<((output + 1) * taps)].reduce(Double(bias[output]), +))
    }
    var map: [Float] = []
    map.reserveCapacity(window.output.height * window.output.width * outputs)
    var isUniform = true
    for row in 0..<window.output.height {
      for column in 0..<window.output.width {
        let seen = tapsOnImage(row: row, column: column, columns: columns)
        if seen.count == taps {
          map += all
        } else {
          isUniform = false
          for output in 0..<outputs {
            map.append(Float(seen.reduce(Double(bias[output])) { $0 + offsets[output * taps + $1] }))
          }
        }
      }
    }
    return isUniform ? all : map
  }

  private func tapsOnImage(row: Int, column: Int, columns: PatchColumns) -> [Int] {
    let window = columns.window
    var seen: [Int] = []
    for kernelRow in 0..<window.kernel.height {
      let y = row * window.stride.height - window.before.height + kernelRow * window.dilation.height
      guard (0..<columns.height).contains(y) else { continue }
      for kernelColumn in 0..<window.kernel.width {
        let x = column * window.stride.width - window.before.width + kernelColumn * window.dilation.width
        if (0..<columns.width).contains(x) { seen.append(kernelRow * window.kernel.width + kernelColumn) }
      }
    }
    return seen
  }
}
