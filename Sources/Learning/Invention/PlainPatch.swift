import Foundation
import Synthesis

/// Patches without any signal, which a network must not take for deformation.
struct PlainPatch {
  let side: Int
  let blanking: Blanking

  /// Draws one patch and the name of its kind.
  func draw(from stream: inout RandomStream) -> (gray: [UInt8], kind: String) {
    let kind = stream.uniform()
    let offset = Float(stream.uniform())
    var cycles = [Float](repeating: offset, count: side * side)
    var noise: Float = 0
    var name = "constant"
    if kind > 0.7 {
      name = "noise"
      noise = Float(stream.uniform(0.25...3))
    } else if kind > 0.15 {
      name = "ramp"
      let angle = Float(stream.uniform(0...(2 * .pi)))
      let fringes = Float(exp(stream.uniform(log(0.3)...log(20)))) / Float(side)
      let bend = stream.uniform() < 0.4 ? Float(0.4 * stream.normal()) : 0
      let (down, right) = (cos(angle) * fringes, sin(angle) * fringes)
      for pixel in cycles.indices {
        let (row, column) = (Float(pixel / side), Float(pixel % side))
        let diagonal = (row + column) / Float(side) - 1
        cycles[pixel] += row * down + column * right + bend * diagonal * diagonal
      }
      noise = stream.uniform() < 0.6 ? Float(stream.uniform(0...0.15)) : 0
    }
    var gray = cycles.map { cycle in
      let error = noise > 0 ? noise * Float(stream.normal()) : 0
      return PhaseWarp.gray(ofAngle: (cycle + error) * 2 * .pi)
    }
    var isData = [Bool](repeating: true, count: gray.count)
    if stream.uniform() < 0.5 {
      blanking.mask(from: &stream).apply(to: &gray, &isData, from: &stream)
      name += ", blanked"
    }
    return (gray, name)
  }
}
