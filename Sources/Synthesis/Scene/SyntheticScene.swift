import Foundation
import Interferometry

/// Ground and atmosphere of a volcano, from which its interferograms are computed.
public struct SyntheticScene: Sendable {
  /// The volcano and its acquisition geometry.
  public let volcano: SyntheticVolcano
  /// Heights of the ground.
  public let topography: Topography
  /// Land, sea and coherence.
  public let cover: GroundCover
  /// Unwrapped phase for an amount of 1 of the deformation history, radians, row-major; `nil` if nothing
  /// deforms.
  let unitDeformation: [Float]?
  let snow: SnowCover?
  private let turbulence: RandomField

  /// Pixel spacing on the ground, metres.
  static let pixelMetres = LocalPlane.metresPerDegree * SyntheticVolcano.pixelDegrees

  /// - Parameters:
  ///   - volcano: The volcano and its acquisition geometry.
  ///   - elevation: Heights to use; `nil` for synthetic terrain.
  public init(of volcano: SyntheticVolcano, on elevation: ElevationRaster? = nil) {
    self.volcano = volcano
    let pixelMetres = Self.pixelMetres
    let transform = volcano.geoTransform
    let summitRow = (volcano.volcano.latitudeDegrees - transform.north) / transform.latitudeStep
    let summitColumn = (volcano.volcano.longitudeDegrees - transform.west) / transform.longitudeStep
    var stream = volcano.stream(.topography)
    topography =
      elevation.map {
        Topography(
          from: $0, grid: volcano.grid, pixelDegrees: SyntheticVolcano.pixelDegrees, summitRow: summitRow,
          summitColumn: summitColumn)
      }
      ?? Topography(
        grid: volcano.grid, pixelMetres: pixelMetres, setting: volcano.setting, summitRow: summitRow,
        summitColumn: summitColumn, form: volcano.variety.form, from: &stream)
    stream = volcano.stream(.groundCover)
    cover = GroundCover(of: topography, pixelMetres: pixelMetres, swathEdge: volcano.swathEdge, from: &stream)
    stream = volcano.stream(.snow)
    snow = volcano.variety.hasSnow ? SnowCover(on: topography, from: &stream) : nil
    unitDeformation = volcano.deformation.map {
      $0.source.phase(
        over: volcano.grid, at: transform, epicentre: $0.epicentre, seenAlong: volcano.lineOfSight)
    }
    let spectrum: PowerSpectrum =
      switch volcano.variety.atmosphere {
      case .powerLaw: .turbulence(pixelMetres: pixelMetres)
      case .exponential(let length): .exponential(lengthMetres: length, pixelMetres: pixelMetres)
      }
    turbulence = RandomField(grid: volcano.grid, spectrum: spectrum)
  }

  /// Computes the volcano's interferograms one by one, in order of the secondary date.
  public func forEachInterferogram(_ body: (SyntheticInterferogram) throws -> Void) rethrows {
    // Acquisitions that later pairs still need, and one more, because the transform gives two fields at once.
    var acquisitions: [Int: SyntheticAcquisition] = [:]
    for secondary in volcano.dates.indices {
      if acquisitions[secondary] == nil { addAcquisitions(of: secondary, to: &acquisitions) }
      guard let later = acquisitions[secondary] else { continue }
      for primary in max(0, secondary - ArchiveRecipe.predecessors)..<secondary {
        guard let earlier = acquisitions[primary] else { continue }
        try body(SyntheticInterferogram(of: self, from: earlier, to: later))
      }
      acquisitions[secondary - ArchiveRecipe.predecessors] = nil
    }
  }

  private func addAcquisitions(of acquisition: Int, to acquisitions: inout [Int: SyntheticAcquisition]) {
    let even = acquisition & ~1
    var stream = volcano.stream(.turbulence, even)
    let (first, second) = turbulence.pair(from: &stream)
    for (index, field) in [(even, first), (even + 1, second)] where volcano.dates.indices.contains(index) {
      acquisitions[index] = SyntheticAcquisition(index, of: self, turbulence: field)
    }
  }
}
