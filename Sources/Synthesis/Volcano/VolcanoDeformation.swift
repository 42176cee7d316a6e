import Foundation
import Interferometry

/// Deformation of a volcano: source, position and history.
public struct VolcanoDeformation: Sendable {
  /// Family of the source.
  public let family: SourceFamily
  /// The source for an amount of 1 of ``history``: one day of steady deformation, or the whole of a
  /// transient.
  public let source: any DeformationSource
  /// Local plane whose origin is the point above the source.
  public let epicentre: LocalPlane
  /// Course of the deformation in time.
  public let history: DeformationHistory

  init(family: SourceFamily, source: any DeformationSource, epicentre: LocalPlane, history: DeformationHistory) {
    self.family = family
    self.source = source
    self.epicentre = epicentre
    self.history = history
  }
}

extension VolcanoDeformation {
  /// A Mogi source 2.5–6 km deep, within 2.5 km of the volcano, inflating steadily at 0.7–0.95 fringes in 12
  /// days at the point of largest range change.
  static func steadySphere(
    below volcano: Volcano, seenAlong lineOfSight: LineOfSight, from stream: inout RandomStream
  ) -> VolcanoDeformation {
    let depth = stream.uniform(2500...6000)
    let fringes = stream.uniform(0.7...0.95)
    let epicentre = near(volcano, from: &stream)
    let unit = MogiSource(depthMetres: depth, volumeChangeCubicMetres: 1)
    let unitPhase = LineOfSight.phase(ofRangeChangeMetres: -unit.peakRangeChange(seenAlong: lineOfSight))
    let cubicMetres = fringes * 2 * .pi / unitPhase
    return VolcanoDeformation(
      family: .mogi,
      source: MogiSource(
        depthMetres: depth, volumeChangeCubicMetres: cubicMetres / Double(ArchiveRecipe.revisitDays)),
      epicentre: epicentre, history: .steady)
  }

  /// A source of a family within 2.5 km of the volcano. At the point of largest range change, steady sources
  /// produce 0.3–1.2 fringes in 12 days, transient ones 0.6–5 in total. One in four has the opposite sign;
  /// earthquakes are always instantaneous.
  static func varied(
    _ family: SourceFamily, isTransient: Bool, below volcano: Volcano, seenAlong lineOfSight: LineOfSight,
    between first: AcquisitionDate, and last: AcquisitionDate, from stream: inout RandomStream
  ) -> VolcanoDeformation {
    let epicentre = near(volcano, from: &stream)
    let unit = family.invent(from: &stream)
    let isSudden = family == .earthquake
    let fringes = isTransient || isSudden ? exp(stream.uniform(log(0.6)...log(5))) : stream.uniform(0.3...1.2)
    let sign: Double = stream.uniform() < 0.25 ? -1 : 1
    let span = last.daysSince1970 - first.daysSince1970
    let days = isSudden ? 0 : Int(stream.uniform(0...60))
    let onset = first.daysSince1970 + 1 + Int(stream.uniform(0...1) * Double(max(0, span - 1)))
    let factor = sign * fringes * 2 * .pi / peakPhase(of: unit, seenAlong: lineOfSight)
    return VolcanoDeformation(
      family: family,
      source: unit.scaled(by: isTransient || isSudden ? factor : factor / Double(ArchiveRecipe.revisitDays)),
      epicentre: epicentre,
      history: isTransient || isSudden ? .transient(onset: onset, days: days) : .steady)
  }

  private static func near(_ volcano: Volcano, from stream: inout RandomStream) -> LocalPlane {
    let bearing = stream.uniform(0...(2 * .pi))
    let distance = stream.uniform(0...2500)
    let centre = LocalPlane(
      latitudeDegrees: volcano.latitudeDegrees, longitudeDegrees: volcano.longitudeDegrees
    ).point(eastMetres: distance * cos(bearing), northMetres: distance * sin(bearing))
    return LocalPlane(latitudeDegrees: centre.latitude, longitudeDegrees: centre.longitude)
  }

  /// Largest magnitude of a source's phase, radians, on a 500 m grid within 15 km.
  private static func peakPhase(of source: any DeformationSource, seenAlong lineOfSight: LineOfSight) -> Double {
    var peak = 0.0
    for north in stride(from: -15_000.0, through: 15_000, by: 500) {
      for east in stride(from: -15_000.0, through: 15_000, by: 500) {
        let change = lineOfSight.rangeChange(of: source.displacement(eastMetres: east, northMetres: north))
        peak = max(peak, abs(LineOfSight.phase(ofRangeChangeMetres: change)))
      }
    }
    return peak
  }
}
