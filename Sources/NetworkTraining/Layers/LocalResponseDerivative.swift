import Foundation
import NeuralNetwork

/// Derivative of local response normalisation across channels.
///
/// With s = bias + alpha / size · Σ x² over a channel's neighbours, y = x · s^−beta and
/// dx = dy · s^−beta − 2 · alpha · beta / size · x · Σ dy · y / s over the channels whose neighbour it is.
struct LocalResponseDerivative: PatchDerivative {
  let parameters: Operator.LocalResponse
  let pixels: Int
  let channels: Int

  /// One pixel's squares and quotients, zero-padded by the window's reach, and s^−beta.
  var scratchCount: Int { 3 * channels + 2 * parameters.size }

  func apply(_ call: DerivativeCall) {
    let size = parameters.size
    let before = (size - 1) / 2
    let after = size - 1 - before
    let (squares, shares) = (call.scratch, call.scratch + channels + size)
    let powers = shares + channels + size
    squares.update(repeating: 0, count: 2 * (channels + size))
    let factor = parameters.alpha / Float(size)
    for pixel in 0..<pixels {
      let (x, y) = (call.inputs[0] + pixel * channels, call.output + pixel * channels)
      let dy = call.gradient + pixel * channels
      for channel in 0..<channels { squares[before + channel] = x[channel] * x[channel] }
      for channel in 0..<channels {
        var sum: Float = 0
        for offset in 0..<size { sum += squares[channel + offset] }
        let base = parameters.bias + factor * sum
        powers[channel] =
          parameters.beta == 0.75
          ? 1 / (base.squareRoot() * base.squareRoot().squareRoot())
          : powf(base, -parameters.beta)
        shares[after + channel] = dy[channel] * y[channel] / base
      }
      let target = call.target + pixel * channels
      let slope = 2 * parameters.beta * factor
      for channel in 0..<channels {
        var sum: Float = 0
        for offset in 0..<size { sum += shares[channel + offset] }
        target[channel] = dy[channel] * powers[channel] - slope * x[channel] * sum
      }
    }
  }
}
