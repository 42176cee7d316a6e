import Foundation
import Interferometry

/// Phase and coherence of an interferogram with decorrelation noise.
struct NoisyPixels {
  /// Wrapped phase as stored by LiCSAR: radians, row-major, 0 for no data.
  let phase: [Float]
  /// Estimated coherence as stored by LiCSAR: 1…255, 0 for no data.
  let coherence: [UInt8]

  init(
    of scene: SyntheticScene, from earlier: SyntheticAcquisition, to later: SyntheticAcquisition, signal: [Float],
    hasData: [Bool]
  ) {
    let volcano = scene.volcano
    let days = volcano.dates[later.index].daysSince1970 - volcano.dates[earlier.index].daysSince1970
    var stream = volcano.stream(.noise, earlier.index * volcano.dates.count + later.index)
    let kept = Float(exp(-Double(days) / GroundCover.decayDays))
    let weather = Float(stream.uniform(0.9...1))
    let noise = PhaseNoise()
    let law = volcano.variety.looks.map { MultilookLaw(looks: $0) }
    let snowLine = min(earlier.snowLine ?? .infinity, later.snowLine ?? .infinity)
    let cover = scene.cover
    var phase = [Float](repeating: 0, count: signal.count)
    var coherence = [UInt8](repeating: 0, count: signal.count)
    for index in 0..<signal.count where hasData[index] {
      let lasting = cover.lastingCoherence[index]
      var value = lasting + (cover.freshCoherence[index] - lasting) * kept
      let isSea = cover.isSea[index]
      if !isSea {
        value *= weather
        if let snow = scene.snow, snow.isSnow(at: index, line: snowLine) { value = SnowCover.coherence }
      }
      let estimate: Float
      if let law {
        let drawn = law.draw(coherence: isSea ? 0 : value, from: &stream)
        phase[index] = PhaseWrapping.stored((isSea ? 0 : signal[index]) + drawn.phaseError)
        estimate = drawn.estimatedCoherence
      } else {
        let error =
          isSea ? Float(stream.uniform() * 2 - 1) * Float.pi : noise.phaseError(coherence: value, from: &stream)
        phase[index] = PhaseWrapping.stored(isSea ? error : signal[index] + error)
        estimate = noise.estimatedCoherence(value, from: &stream)
      }
      coherence[index] = UInt8(max(1, estimate * 255))
    }
    self.phase = phase
    self.coherence = coherence
  }
}
