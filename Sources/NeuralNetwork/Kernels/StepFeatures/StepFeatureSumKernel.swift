/// Two 1 × 1 convolutions over one channel with a ReLU between them: each output is a bias plus a sum of step
/// features of one pixel, which is how networks compute the cosine and sine of a phase. As GEMMs with a depth
/// of one and with two outputs they would take most of a small network's time.
final class StepFeatureSumKernel: Kernel {
  private let pixels: Int
  /// Slopes of the step features max(0, slope · x + start).
  private let slopes: [Float]
  private let starts: [Float]
  /// Outputs × step features.
  private let weights: [Float]
  private let bias: [Float]
  private let appliesReLU: Bool

  /// Pixels per block, so that intermediate results stay in the first-level cache.
  private static let block = 1024

  /// `weights` are outputs × step features.
  init(pixels: Int, slopes: [Float], starts: [Float], weights: [Float], bias: [Float], appliesReLU: Bool) {
    precondition(slopes.count == starts.count && weights.count == slopes.count * bias.count)
    self.pixels = pixels
    self.slopes = slopes
    self.starts = starts
    self.weights = weights
    self.bias = bias
    self.appliesReLU = appliesReLU
  }

  /// One step feature, then the outputs, of a block of pixels.
  var scratchCount: Int { (1 + bias.count) * Self.block }

  // Hashed into plan descriptions, so the text keeps the old word for step features.
  var shape: String { "Sums of \(slopes.count) ramps to \(bias.count)" }

  func run(_ call: KernelCall) {
    for first in stride(from: 0, to: pixels, by: Self.block) {
      let count = min(Self.block, pixels - first)
      add(call.input + first, count: count, feature: call.scratch, sums: call.scratch + Self.block)
      weave(call.scratch + Self.block, count: count, into: call.output + first * bias.count)
    }
  }

  private func add(
    _ source: UnsafePointer<Float>, count: Int, feature: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) {
    for (output, bias) in bias.enumerated() {
      (sums + output * Self.block).update(repeating: bias, count: count)
    }
    for index in slopes.indices {
      let (slope, start) = (slopes[index], starts[index])
      for pixel in 0..<count {
        let value = slope * source[pixel] + start
        feature[pixel] = value > 0 ? value : 0
      }
      for output in bias.indices {
        let weight = weights[output * slopes.count + index]
        let sum = sums + output * Self.block
        for pixel in 0..<count { sum[pixel] += weight * feature[pixel] }
      }
    }
    guard appliesReLU else { return }
    for output in bias.indices {
      let sum = sums + output * Self.block
      for pixel in 0..<count { sum[pixel] = sum[pixel] > 0 ? sum[pixel] : 0 }
    }
  }

  /// Interleaves planes of outputs, so that the outputs of a pixel are adjacent.
  private func weave(_ sums: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>) {
    let outputs = bias.count
    if outputs == 2 {
      let other = sums + Self.block
      for pixel in 0..<count {
        target[2 * pixel] = sums[pixel]
        target[2 * pixel + 1] = other[pixel]
      }
      return
    }
    for output in 0..<outputs {
      let plane = sums + output * Self.block
      for pixel in 0..<count { target[pixel * outputs + output] = plane[pixel] }
    }
  }
}
