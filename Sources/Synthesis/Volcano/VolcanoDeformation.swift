import Foundation
import Interferometry

/// What makes a volcano's ground move: a source, where, and when.
public struct VolcanoDeformation: Sendable {
  public let family: SourceFamily
  /// The source as it is for an amount of 1 of the history: one day of a steady one, the whole of a transient one.
  public let source: any DeformationSource
  /// The plane whose origin is the point above the source.
  public let epicentre: LocalPlane
  public let history: DeformationHistory

  init(family: SourceFamily, source: any DeformationSource, epicentre: LocalPlane, history: DeformationHistory) {
    self.family = family
    self.source = source
    self.epicentre = epicentre
    self.history = history
  }
}

extension VolcanoDeformation {
  /// A sphere 2.5–6 km deep within 2.5 km of the volcano that grows steadily and so fast that 12 days make
  /// 0.7–0.95 fringes where it is seen best.
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

  /// A source of a family within 2.5 km of the volcano: a steady one makes 0.3–1.2 fringes in 12 days where it is
  /// seen best, a transient one 0.6–5 in all. One in four goes the other way; earthquakes are always sudden.
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

  /// The size of the largest phase that a source makes, radians, looked for every 500 m within 15 km.
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
