import Foundation

/// Local response normalisation across channels (ONNX, LRN).
struct LocalResponseKernel: Kernel {
  let parameters: Operator.LocalResponse
  let pixels: Int
  let channels: Int

  /// One pixel's squares, with zeros before and after them as far as the window reaches.
  var scratchCount: Int { channels + parameters.size }

  func run(_ call: KernelCall) {
    let before = (parameters.size - 1) / 2
    let factor = parameters.alpha / Float(parameters.size)
    let squares = call.scratch
    squares.update(repeating: 0, count: scratchCount)
    for pixel in 0..<pixels {
      let source = call.input + pixel * channels
      let target = call.output + pixel * channels
      for channel in 0..<channels { squares[before + channel] = source[channel] * source[channel] }
      for channel in 0..<channels { target[channel] = squares[channel] }
      for offset in 1..<parameters.size {
        for channel in 0..<channels { target[channel] += squares[channel + offset] }
      }
      if parameters.beta == 0.75 {
        // x^0.75 is √x · √√x, far cheaper than the general power and what both AlexNets use.
        for channel in 0..<channels {
          let root = (parameters.bias + factor * target[channel]).squareRoot()
          target[channel] = source[channel] / (root * root.squareRoot())
        }
      } else {
        for channel in 0..<channels {
          target[channel] = source[channel] / powf(parameters.bias + factor * target[channel], parameters.beta)
        }
      }
    }
  }
}
