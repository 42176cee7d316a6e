import Foundation
import NeuralNetwork

/// The cosine and sine of a phase −π…π, given as −1…1, as polygons with corners at eighths of a turn: phase is an angle,
/// and its gray jumps where it wraps, but these do not. A 1 × 1 convolution with ReLU makes ramps that start at each
/// corner, a second one weighs them; their weights are fixed.
enum PhasePolygon {
  private static let corners = [0, 0.25, 0.5, 0.75]

  /// Reads one channel and makes two.
  static func draw(on sketch: inout GraphSketch, _ input: ValueID) -> ValueID {
    let sides = [1, 1, 1, 1, -1, -1, -1, -1].map { Float($0) }
    let starts = (corners + corners).map { Float(-$0) }
    let ramps = sketch.convolution("ramps", input, outputs: 8, kernel: 1, fixed: (sides, starts))
    let weights = [cos, sin].flatMap { wave in [1.0, -1.0].flatMap { turns(wave, side: $0) } }
    return sketch.convolution(
      "phase", sketch.relu(ramps), outputs: 2, kernel: 1, fixed: (weights.map { Float($0) }, [1, 0]))
  }

  /// By how much the polygon's slope changes at each corner.
  private static func turns(_ wave: (Double) -> Double, side: Double) -> [Double] {
    let values = (corners + [1]).map { wave(side * .pi * $0) }
    let slopes = zip(values.dropFirst(), values).map { ($0 - $1) / 0.25 }
    return slopes.indices.map { $0 == 0 ? slopes[0] : slopes[$0] - slopes[$0 - 1] }
  }
}
