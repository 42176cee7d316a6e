import Foundation
import NeuralNetwork

/// Approximates the cosine and sine of a phase −π…π, given as −1…1, by piecewise linear functions with corners
/// at eighths of a turn. The phase is an angle whose gray jumps where it wraps; cosine and sine do not jump. A
/// 1 × 1 convolution with ReLU computes step features that start at each corner, a second one sums them with
/// weights; all weights are fixed.
enum PhasePolygon {
  private static let corners = [0, 0.25, 0.5, 0.75]

  /// Reads one channel and produces two.
  static func draw(on sketch: inout GraphSketch, _ input: ValueID) -> ValueID {
    let sides = [1, 1, 1, 1, -1, -1, -1, -1].map { Float($0) }
    let starts = (corners + corners).map { Float(-$0) }
    let ramps = sketch.convolution("ramps", input, outputs: 8, kernel: 1, fixed: (sides, starts))
    let weights = [cos, sin].flatMap { wave in [1.0, -1.0].flatMap { turns(wave, side: $0) } }
    return sketch.convolution(
      "phase", sketch.relu(ramps), outputs: 2, kernel: 1, fixed: (weights.map { Float($0) }, [1, 0]))
  }

  /// Change of slope at each corner.
  private static func turns(_ wave: (Double) -> Double, side: Double) -> [Double] {
    let values = (corners + [1]).map { wave(side * .pi * $0) }
    let slopes = zip(values.dropFirst(), values).map { ($0 - $1) / 0.25 }
    return slopes.indices.map { $0 == 0 ? slopes[0] : slopes[$0] - slopes[$0 - 1] }
  }
}
