import Foundation
import Interferometry

/// One interferogram of a synthetic archive and the truth about it.
public struct SyntheticInterferogram: Sendable {
  public let pair: DatePair
  /// Deformation and air without noise, radians, unwrapped, row-major; meaningless over the sea.
  public let signal: [Float]
  /// Wrapped phase as LiCSAR stores it: radians, row-major, exactly 0 where there is no data.
  public let phase: [Float]
  /// Estimated coherence as LiCSAR stores it: 1…255 for up to 1, 0 where there is no data.
  public let coherence: [UInt8]
  /// Largest deformation phase over land with data, turns, signed as the phase is; 0 where nothing deforms.
  public let peakFringes: Double
  /// Standard deviation of the air's phase over land with data, radians.
  public let atmosphereRadians: Double

  /// Largest deformation phase over the air's standard deviation.
  public var signalToNoise: Double {
    atmosphereRadians > 0 ? abs(peakFringes) * 2 * .pi / atmosphereRadians : 0
  }

  init(of scene: SyntheticScene, primary: Int, secondary: Int, from earlier: [Float], to later: [Float]) {
    let volcano = scene.volcano
    let pair = DatePair(primary: volcano.dates[primary], secondary: volcano.dates[secondary])
    self.pair = pair
    let days = Float(pair.spanDays)
    let count = volcano.grid.count
    var signal = [Float](repeating: 0, count: count)
    var airSum = 0.0
    var airSquares = 0.0
    var landPixels = 0.0
    var peak: Float = 0
    for index in 0..<count {
      let air = later[index] - earlier[index]
      let deformation = scene.dailyDeformation.map { $0[index] * days } ?? 0
      signal[index] = air + deformation
      guard scene.cover.hasData[index], !scene.cover.isSea[index] else { continue }
      airSum += Double(air)
      airSquares += Double(air) * Double(air)
      landPixels += 1
      if abs(deformation) > abs(peak) { peak = deformation }
    }
    self.signal = signal
    peakFringes = Double(peak) / (2 * .pi)
    let mean = airSum / max(landPixels, 1)
    atmosphereRadians = max(0, airSquares / max(landPixels, 1) - mean * mean).squareRoot()

    var stream = volcano.stream(.noise, primary * volcano.dates.count + secondary)
    let kept = Float(exp(-Double(pair.spanDays) / GroundCover.decayDays))
    let weather = Float(stream.uniform(0.9...1))
    let noise = PhaseNoise()
    var phase = [Float](repeating: 0, count: count)
    var coherence = [UInt8](repeating: 0, count: count)
    for index in 0..<count where scene.cover.hasData[index] {
      let lasting = scene.cover.lastingCoherence[index]
      var value = lasting + (scene.cover.freshCoherence[index] - lasting) * kept
      if scene.cover.isSea[index] {
        phase[index] = PhaseWrapping.stored(Float(stream.uniform() * 2 - 1) * Float.pi)
      } else {
        value *= weather
        phase[index] = PhaseWrapping.stored(signal[index] + noise.phaseError(coherence: value, from: &stream))
      }
      coherence[index] = UInt8(max(1, noise.estimatedCoherence(value, from: &stream) * 255))
    }
    self.phase = phase
    self.coherence = coherence
  }
}
