import Foundation

/// Families of volcanic deformation sources; the classes of a synthetic archive.
public enum SourceFamily: String, Sendable, CaseIterable {
  /// A small sphere; ``MogiSource``.
  case mogi
  /// A steep opening dislocation.
  case dyke
  /// A flat opening dislocation.
  case sill
  /// A fault with slip.
  case earthquake
  /// A horizontal circular crack; ``PennyShapedCrack``.
  case crack
  /// An elongated cavity; ``ProlateSpheroid``.
  case spheroid

  /// A random source of this family with realistic dimensions and unit strength: 1 m of slip or opening, or
  /// 10⁶ m³.
  public func invent(from stream: inout RandomStream) -> any DeformationSource {
    switch self {
    case .mogi:
      return MogiSource(depthMetres: stream.uniform(2000...6000), volumeChangeCubicMetres: 1e6)
    case .dyke:
      return sheet(
        length: 2000...8000, width: 1500...4000, dip: 75...90, upperEdge: 500...2000, rake: nil, from: &stream)
    case .sill:
      return sheet(
        length: 2000...6000, width: 1500...5000, dip: 0...10, upperEdge: 1500...4500, rake: nil, from: &stream)
    case .earthquake:
      return sheet(
        length: 3000...10_000, width: 3000...6000, dip: 30...80, upperEdge: 1000...4000,
        rake: stream.uniform(-180...180), from: &stream)
    case .crack:
      let radius = stream.uniform(800...3000)
      return PennyShapedCrack(
        depthMetres: max(stream.uniform(1500...5000), radius / 2), radiusMetres: radius,
        volumeChangeCubicMetres: 1e6)
    case .spheroid:
      let half = stream.uniform(1000...3000)
      return ProlateSpheroid(
        depthMetres: half + stream.uniform(1500...3500), semiMajorMetres: half,
        semiMinorMetres: half * stream.uniform(0.2...0.8), trendDegrees: stream.uniform(0...360),
        plungeDegrees: stream.uniform(0...90), volumeChangeCubicMetres: 1e6)
    }
  }

  private func sheet(
    length: ClosedRange<Double>, width: ClosedRange<Double>, dip: ClosedRange<Double>,
    upperEdge: ClosedRange<Double>, rake: Double?, from stream: inout RandomStream
  ) -> RectangularDislocation {
    let width = stream.uniform(width)
    let dip = stream.uniform(dip)
    let slip = rake.map { ($0 * .pi / 180) }
    return RectangularDislocation(
      depthMetres: stream.uniform(upperEdge) + width / 2 * sin(dip * .pi / 180),
      lengthMetres: stream.uniform(length), widthMetres: width, strikeDegrees: stream.uniform(0...360),
      dipDegrees: dip, strikeSlipMetres: slip.map { cos($0) } ?? 0, dipSlipMetres: slip.map { sin($0) } ?? 0,
      openingMetres: slip == nil ? 1 : 0)
  }
}
