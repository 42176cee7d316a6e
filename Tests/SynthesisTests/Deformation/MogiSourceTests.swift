import Foundation
import Testing

@testable import Synthesis

@Suite struct MogiSourceTests {
  struct Case: Decodable {
    let depthMetres, volumeChangeCubicMetres, poissonRatio, eastMetres, northMetres: Double
    let incidenceDegrees, headingDegrees: Double
    let displacement: [Double]
    let rangeChangeMetres, phaseRadians: Double
  }

  static func cases() throws -> [Case] { try Expected.read("mogi.json") }

  @Test func displacementsAndPhasesAreThoseOfTheElasticFieldDifferentiatedNumerically() throws {
    let cases = try Self.cases()
    #expect(cases.count == 24)
    for each in cases {
      let source = MogiSource(
        depthMetres: each.depthMetres, volumeChangeCubicMetres: each.volumeChangeCubicMetres,
        poissonRatio: each.poissonRatio)
      let moved = source.displacement(eastMetres: each.eastMetres, northMetres: each.northMetres)
      let scale = each.displacement.map { abs($0) }.max() ?? 0
      for (ours, expected) in zip([moved.east, moved.north, moved.up], each.displacement) {
        #expect(abs(ours - expected) < 1e-9 * scale)
      }
      let sight = LineOfSight(
        incidenceDegrees: each.incidenceDegrees, headingDegrees: each.headingDegrees)
      let rangeChange = sight.rangeChange(of: moved)
      #expect(abs(rangeChange - each.rangeChangeMetres) < 1e-9 * scale)
      let phase = LineOfSight.phase(ofRangeChangeMetres: rangeChange)
      #expect(abs(phase - each.phaseRadians) < 1e-6 * max(1, abs(each.phaseRadians)))
    }
  }

  @Test func aboveTheSourceTheGroundRisesByTheVolumeOverPiDepthSquared() {
    // (1 − ν) ΔV / (π d²) with ν = 1/4.
    let moved = MogiSource(depthMetres: 3000, volumeChangeCubicMetres: 1e7)
      .displacement(eastMetres: 0, northMetres: 0)
    #expect(abs(moved.up - 0.75e7 / (Double.pi * 9e6)) < 1e-12)
    #expect(moved.east == 0 && moved.north == 0)
  }

  @Test func horizontalMotionIsLargestAtDepthOverRootTwoAndPointsAwayFromAnInflatingSource() {
    let source = MogiSource(depthMetres: 4000, volumeChangeCubicMetres: 1e7)
    let radius = 4000 / 2.0.squareRoot()
    let there = source.displacement(eastMetres: radius, northMetres: 0).east
    #expect(there > 0)
    #expect(source.displacement(eastMetres: -radius, northMetres: 0).east == -there)
    #expect(source.displacement(eastMetres: radius * 0.99, northMetres: 0).east < there)
    #expect(source.displacement(eastMetres: radius * 1.01, northMetres: 0).east < there)
  }

  @Test(arguments: [(34.0, -12.0), (43, -168), (20, -10), (0, -12)])
  func noPlaceHasALargerRangeChangeThanThePeak(incidence: Double, heading: Double) {
    let source = MogiSource(depthMetres: 3000, volumeChangeCubicMetres: 5e6)
    let sight = LineOfSight(incidenceDegrees: incidence, headingDegrees: heading)
    let peak = source.peakRangeChange(seenAlong: sight)
    var lowest = Double.infinity
    for north in stride(from: -9000.0, through: 9000, by: 50) {
      for east in stride(from: -9000.0, through: 9000, by: 50) {
        let moved = source.displacement(eastMetres: east, northMetres: north)
        lowest = min(lowest, sight.rangeChange(of: moved))
      }
    }
    #expect(peak <= lowest)
    #expect(abs(peak - lowest) < 1e-3 * abs(peak))
  }
}
