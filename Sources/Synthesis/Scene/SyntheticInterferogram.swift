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
  /// Where it deforms.
  public let extent: DeformationExtent
  /// What went wrong with its acquisitions, by name, in order.
  public let faults: [String]

  /// Largest deformation phase over the air's standard deviation.
  public var signalToNoise: Double {
    atmosphereRadians > 0 ? abs(peakFringes) * 2 * .pi / atmosphereRadians : 0
  }

  init(of scene: SyntheticScene, from earlier: SyntheticAcquisition, to later: SyntheticAcquisition) {
    let volcano = scene.volcano
    let pair = DatePair(primary: volcano.dates[earlier.index], secondary: volcano.dates[later.index])
    self.pair = pair
    let amount = Float(volcano.deformation?.history.amount(of: pair) ?? 0)
    let grid = volcano.grid
    var hasData = scene.cover.hasData
    for missing in [earlier.missing, later.missing] {
      if let missing { for index in hasData.indices where missing[index] { hasData[index] = false } }
    }
    let isSea = scene.cover.isSea
    var signal = [Float](repeating: 0, count: grid.count)
    var airSum = 0.0
    var airSquares = 0.0
    var landPixels = 0.0
    var peak: Float = 0
    for index in 0..<grid.count {
      let air = later.delay[index] - earlier.delay[index]
      let deformation = scene.unitDeformation.map { $0[index] * amount } ?? 0
      signal[index] = air + deformation
      guard hasData[index], !isSea[index] else { continue }
      airSum += Double(air)
      airSquares += Double(air) * Double(air)
      landPixels += 1
      if abs(deformation) > abs(peak) { peak = deformation }
    }
    self.signal = signal
    peakFringes = Double(peak) / (2 * .pi)
    let mean = airSum / max(landPixels, 1)
    atmosphereRadians = max(0, airSquares / max(landPixels, 1) - mean * mean).squareRoot()
    faults = Set(earlier.faults.kinds + later.faults.kinds).map(\.rawValue).sorted()
    extent = DeformationExtent(of: scene.unitDeformation, amount: amount, peak: peak, grid: grid) {
      hasData[$0] && !isSea[$0]
    }
    let pixels = NoisyPixels(of: scene, from: earlier, to: later, signal: signal, hasData: hasData)
    phase = pixels.phase
    coherence = pixels.coherence
  }
}
