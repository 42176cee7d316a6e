import Foundation
import Interferometry

/// A volcano's ground and air, from which its interferograms are made.
public struct SyntheticScene: Sendable {
  public let volcano: SyntheticVolcano
  public let topography: Topography
  public let cover: GroundCover
  /// Unwrapped phase that the inflation adds each day, radians; `nil` where nothing deforms.
  let dailyDeformation: [Float]?
  private let turbulence: RandomField

  public init(of volcano: SyntheticVolcano) {
    self.volcano = volcano
    let pixelMetres = LocalPlane.metresPerDegree * SyntheticVolcano.pixelDegrees
    let transform = volcano.geoTransform
    var stream = volcano.stream(.topography)
    topography = Topography(
      grid: volcano.grid, pixelMetres: pixelMetres, setting: volcano.setting,
      summitRow: (volcano.volcano.latitudeDegrees - transform.north) / transform.latitudeStep,
      summitColumn: (volcano.volcano.longitudeDegrees - transform.west) / transform.longitudeStep, from: &stream)
    stream = volcano.stream(.groundCover)
    cover = GroundCover(of: topography, pixelMetres: pixelMetres, swathEdge: volcano.swathEdge, from: &stream)
    dailyDeformation = volcano.inflation.map {
      $0.dailySource.phase(
        over: volcano.grid, at: transform, epicentre: $0.epicentre, seenAlong: volcano.lineOfSight)
    }
    turbulence = RandomField(grid: volcano.grid, spectrum: .turbulence(pixelMetres: pixelMetres))
  }

  /// Makes each of the volcano's interferograms in turn, in order of the secondary date.
  public func forEachInterferogram(_ body: (SyntheticInterferogram) throws -> Void) rethrows {
    // Delays of the acquisitions that later pairs still need; one field more, as the transform makes two at once.
    var delays: [Int: [Float]] = [:]
    for secondary in volcano.dates.indices {
      if delays[secondary] == nil { addDelays(of: secondary, to: &delays) }
      guard let later = delays[secondary] else { continue }
      for primary in max(0, secondary - ArchiveRecipe.predecessors)..<secondary {
        guard let earlier = delays[primary] else { continue }
        try body(
          SyntheticInterferogram(of: self, primary: primary, secondary: secondary, from: earlier, to: later))
      }
      delays[secondary - ArchiveRecipe.predecessors] = nil
    }
  }

  private func addDelays(of acquisition: Int, to delays: inout [Int: [Float]]) {
    let even = acquisition & ~1
    var stream = volcano.stream(.turbulence, even)
    let (first, second) = turbulence.pair(from: &stream)
    for (index, field) in [(even, first), (even + 1, second)] where volcano.dates.indices.contains(index) {
      var stream = volcano.stream(.delay, index)
      delays[index] = AcquisitionDelay(from: &stream)
        .field(turbulence: field, heightMetres: topography.heightMetres)
    }
  }
}
