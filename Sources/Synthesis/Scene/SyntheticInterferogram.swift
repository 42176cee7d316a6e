import Foundation
import Interferometry

/// One interferogram of a synthetic archive, with its true deformation and delay.
public struct SyntheticInterferogram: Sendable {
  /// Primary and secondary date.
  public let pair: DatePair
  /// Deformation and atmospheric delay without noise, radians, unwrapped, row-major; meaningless over the
  /// sea.
  public let signal: [Float]
  /// Wrapped phase as stored by LiCSAR: radians, row-major, exactly 0 for no data.
  public let phase: [Float]
  /// Estimated coherence as stored by LiCSAR: 1…255 for up to 1, 0 for no data; row-major.
  public let coherence: [UInt8]
  /// Largest deformation phase over land with data, fringes, with the sign of the phase; 0 if nothing
  /// deforms.
  public let peakFringes: Double
  /// Standard deviation of the phase of the atmospheric delay over land with data, radians.
  public let atmosphereRadians: Double
  /// The deforming area.
  public let extent: DeformationExtent
  /// Faults of its acquisitions, by name, in order of the dates.
  public let faults: [String]

  /// Ratio of the largest deformation phase to the standard deviation of the delay.
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
    var delaySum = 0.0
    var delaySquares = 0.0
    var landPixels = 0.0
    var peak: Float = 0
    for index in 0..<grid.count {
      let delayDifference = later.delay[index] - earlier.delay[index]
      let deformation = scene.unitDeformation.map { $0[index] * amount } ?? 0
      signal[index] = delayDifference + deformation
      guard hasData[index], !isSea[index] else { continue }
      delaySum += Double(delayDifference)
      delaySquares += Double(delayDifference) * Double(delayDifference)
      landPixels += 1
      if abs(deformation) > abs(peak) { peak = deformation }
    }
    self.signal = signal
    peakFringes = Double(peak) / (2 * .pi)
    let mean = delaySum / max(landPixels, 1)
    atmosphereRadians = max(0, delaySquares / max(landPixels, 1) - mean * mean).squareRoot()
    faults = Set(earlier.faults.kinds + later.faults.kinds).map(\.rawValue).sorted()
    extent = DeformationExtent(of: scene.unitDeformation, amount: amount, peak: peak, grid: grid) {
      hasData[$0] && !isSea[$0]
    }
    let pixels = NoisyPixels(of: scene, from: earlier, to: later, signal: signal, hasData: hasData)
    phase = pixels.phase
    coherence = pixels.coherence
  }
}
