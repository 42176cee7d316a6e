import Foundation
import Testing

@testable import Synthesis

@Suite struct ProlateSpheroidTests {
  struct Case: Decodable {
    let depthMetres, semiMajorMetres, semiMinorMetres, trendDegrees, plungeDegrees: Double
    let volumeChangeCubicMetres, poissonRatio, eastMetres, northMetres, pressureOverShearModulus: Double
    let displacement: [Double]
  }

  @Test func spheroidsMoveTheGroundAsTheMomentsThatFillThemDo() throws {
    let cases: [Case] = try Expected.read("spheroid.json")
    #expect(cases.count == 30)
    for each in cases {
      let moved = ProlateSpheroid(
        depthMetres: each.depthMetres, semiMajorMetres: each.semiMajorMetres, semiMinorMetres: each.semiMinorMetres,
        trendDegrees: each.trendDegrees, plungeDegrees: each.plungeDegrees,
        volumeChangeCubicMetres: each.volumeChangeCubicMetres, poissonRatio: each.poissonRatio
      ).displacement(eastMetres: each.eastMetres, northMetres: each.northMetres)
      let scale = each.displacement.map { abs($0) }.max() ?? 0
      for (ours, expected) in zip([moved.east, moved.north, moved.up], each.displacement) {
        #expect(abs(ours - expected) < 1e-6 * scale)
      }
      let moments = SpheroidMoments(
        aspect: each.semiMajorMetres / each.semiMinorMetres, poissonRatio: each.poissonRatio)
      #expect(abs(moments.pressure / each.pressureOverShearModulus - 1) < 1e-8)
    }
  }

  @Test func anAlmostRoundOneIsMogisSphere() {
    let mogi = MogiSource(depthMetres: 4000, volumeChangeCubicMetres: 1e7)
    let spheroid = ProlateSpheroid(
      depthMetres: 4000, semiMajorMetres: 200, semiMinorMetres: 198, trendDegrees: 40, plungeDegrees: 30,
      volumeChangeCubicMetres: 1e7)
    for (east, north) in [(0.0, 0.0), (3000, 0), (-2000, 5000)] {
      let one = mogi.displacement(eastMetres: east, northMetres: north)
      let other = spheroid.displacement(eastMetres: east, northMetres: north)
      #expect(abs(one.up - other.up) < 0.01 * one.up)
      #expect(abs(one.east - other.east) < 0.01 * one.up)
      #expect(abs(one.north - other.north) < 0.01 * one.up)
    }
    // A pressurised sphere grows by 3 p / (4 μ) of its volume.
    #expect(abs(SpheroidMoments(aspect: 1.02, poissonRatio: 0.25).pressure - 4.0 / 3) < 0.01)
  }

  @Test func aLongPipeGrowsByItsPressureOverTheShearModulus() {
    // A long cylinder under pressure p widens by p / μ of its volume, less what the ends' pull takes away: the mean
    // stress along it does work with Poisson's ratio, as Eshelby's tensor with α → ∞ says: ΔV/V = p/μ.
    #expect(abs(SpheroidMoments(aspect: 1e4, poissonRatio: 0.25).pressure - 1) < 1e-4)
  }

  @Test func anUprightPipeSpreadsMoreThanItLifts() {
    let pipe = ProlateSpheroid(
      depthMetres: 5000, semiMajorMetres: 3500, semiMinorMetres: 350, trendDegrees: 0, plungeDegrees: 90,
      volumeChangeCubicMetres: 1e7)
    let side = pipe.displacement(eastMetres: 3000, northMetres: 0)
    let mogi = MogiSource(depthMetres: 5000, volumeChangeCubicMetres: 1e7)
      .displacement(eastMetres: 3000, northMetres: 0)
    #expect(side.east / side.up > 1.3 * mogi.east / mogi.up)
    #expect(abs(side.north) < 1e-12)
  }
}
