import Hashing

/// Sets each number to 0 by chance while training, and enlarges the others so that their mean stays (Srivastava et
/// al. 2014). What is dropped is a function of the step's seed, the layer's and the number's place, so nothing is
/// stored and a resumed training drops the same.
final class DropoutLayer: TrainedLayer {
  private let count: Int
  private let threshold: UInt32
  private let factor: Float
  private let layerSeed: UInt64
  private var wasTraining = false
  var needsOutput: Bool { false }

  /// - Parameters:
  ///   - count: Numbers per patch.
  ///   - fraction: Fraction of the numbers to drop, 0 ..< 1.
  ///   - layer: The layer's index in the network.
  init(count: Int, fraction: Double, layer: Int) {
    self.count = count
    threshold = UInt32(fraction * 4_294_967_296)
    factor = Float(1 / (1 - fraction))
    layerSeed = UInt64(layer) &* SplitMix64.increment
  }

  func forward(_ pass: ForwardPass) {
    wasTraining = pass.isTraining
    guard pass.isTraining else {
      return pass.output.update(from: pass.inputs[0], count: pass.count * count)
    }
    drop(pass.inputs[0], pass.count, seed: pass.seed, into: pass.output, adds: false, team: pass.team)
  }

  func backward(_ pass: BackwardPass) {
    guard let target = pass.targets[0] else { return }
    precondition(wasTraining, "gradients follow a training pass")
    drop(
      UnsafePointer(pass.gradient), pass.count, seed: pass.seed, into: target.gradient, adds: target.adds,
      team: pass.team)
  }

  private func drop(
    _ source: UnsafePointer<Float>, _ patches: Int, seed: UInt64, into target: UnsafeMutablePointer<Float>,
    adds: Bool,
    team: ThreadTeam
  ) {
    let start = seed ^ layerSeed
    team.runPatches(patches) { patches, _, _ in
      for index in (patches.lowerBound * count)..<(patches.upperBound * count) {
        let value = Self.bits(start &+ UInt64(index)) < threshold ? 0 : source[index] * factor
        target[index] = adds ? target[index] + value : value
      }
    }
  }

  /// The upper bits are as good as random without the last step of mixing.
  @inline(__always)
  private static func bits(_ number: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: SplitMix64.halfMixed(number &* SplitMix64.increment) >> 32)
  }
}
