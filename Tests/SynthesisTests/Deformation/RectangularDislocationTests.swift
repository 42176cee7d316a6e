import Foundation
import Testing

@testable import Synthesis

@Suite struct RectangularDislocationTests {
  /// Okada 1985, table 2, cases 2–4: the displacements for a unit of strike slip, dip slip and opening.
  struct Check: CustomTestStringConvertible {
    let number: Int
    let x, y, depth, dipDegrees: Double
    let expected: [SIMD3<Double>]
    var testDescription: String { "case \(number)" }
  }

  static let checkList = [
    Check(
      number: 2, x: 2, y: 3, depth: 4, dipDegrees: 70,
      expected: [
        SIMD3(-8.689e-3, -4.298e-3, -2.747e-3), SIMD3(-4.682e-3, -3.527e-2, -3.564e-2),
        SIMD3(-2.660e-4, 1.056e-2, 3.214e-3),
      ]),
    Check(
      number: 3, x: 0, y: 0, depth: 4, dipDegrees: 90,
      expected: [SIMD3(0, 5.253e-3, 0), SIMD3(0, 0, 0), SIMD3(1.223e-2, 0, -1.606e-2)]),
    Check(
      number: 4, x: 0, y: 0, depth: 4, dipDegrees: -90,
      expected: [SIMD3(0, -1.303e-3, 0), SIMD3(0, 0, 0), SIMD3(3.507e-3, 0, -7.740e-3)]),
  ]

  @Test(arguments: checkList)
  func thePapersOwnCheckListHoldsToFourSignificantDigits(check: Check) {
    let field = DislocationField(
      length: 3, width: 2, lowerEdgeDepth: check.depth, dip: check.dipDegrees * .pi / 180, poissonRatio: 0.25)
    for (mode, expected) in check.expected.enumerated() {
      var slip = SIMD3<Double>.zero
      slip[mode] = 1
      let moved = field.displacement(x: check.x, y: check.y, slip: slip)
      for axis in 0..<3 {
        let digit =
          expected[axis] == 0 ? 1e-12 : pow(10, (log10(abs(expected[axis]))).rounded(.down) - 3)
        #expect(abs(moved[axis] - expected[axis]) <= 0.5001 * digit, "mode \(mode + 1), axis \(axis)")
      }
    }
  }

  struct Case: Decodable {
    let depthMetres, lengthMetres, widthMetres, strikeDegrees, dipDegrees: Double
    let strikeSlipMetres, dipSlipMetres, openingMetres, poissonRatio, eastMetres, northMetres: Double
    let displacement: [Double]

    var source: RectangularDislocation {
      RectangularDislocation(
        depthMetres: depthMetres, lengthMetres: lengthMetres, widthMetres: widthMetres,
        strikeDegrees: strikeDegrees, dipDegrees: dipDegrees, strikeSlipMetres: strikeSlipMetres,
        dipSlipMetres: dipSlipMetres, openingMetres: openingMetres, poissonRatio: poissonRatio)
    }
  }

  @Test func rectanglesOfAnyStrikeAndDipMoveTheGroundAsSmallPiecesOfThemDoTogether() throws {
    let cases: [Case] = try Expected.read("dislocation.json")
    #expect(cases.count == 36)
    for each in cases {
      let moved = each.source.displacement(eastMetres: each.eastMetres, northMetres: each.northMetres)
      let scale = each.displacement.map { abs($0) }.max() ?? 0
      for (ours, expected) in zip([moved.east, moved.north, moved.up], each.displacement) {
        #expect(abs(ours - expected) < 1e-6 * scale)
      }
    }
  }

  @Test func anUprightPlaneIsTheLimitOfSteepOnes() {
    func moved(dip: Double) -> SurfaceDisplacement {
      RectangularDislocation(
        depthMetres: 3000, lengthMetres: 4000, widthMetres: 2000, strikeDegrees: 30, dipDegrees: dip,
        strikeSlipMetres: 1, dipSlipMetres: 1, openingMetres: 1
      ).displacement(eastMetres: 1300, northMetres: -700)
    }
    let upright = moved(dip: 90)
    for dip in [89.999, 89.9995, 89.9999] {
      let near = moved(dip: dip)
      #expect(abs(near.east - upright.east) < 2e-5)
      #expect(abs(near.north - upright.north) < 2e-5)
      #expect(abs(near.up - upright.up) < 2e-5)
    }
  }

  @Test func noPlaceOnTheGroundIsWithoutANumber() {
    for dip in [0.0, 45, 90] {
      let source = RectangularDislocation(
        depthMetres: 1000 * sin(dip * .pi / 180) + (dip == 0 ? 500 : 0), lengthMetres: 3000, widthMetres: 2000,
        strikeDegrees: 0, dipDegrees: dip, strikeSlipMetres: 1, dipSlipMetres: 1, openingMetres: 1)
      for north in stride(from: -3000.0, through: 3000, by: 500) {
        for east in stride(from: -3000.0, through: 3000, by: 500) {
          let moved = source.displacement(eastMetres: east, northMetres: north)
          #expect(moved.east.isFinite && moved.north.isFinite && moved.up.isFinite)
          #expect(max(abs(moved.east), abs(moved.north), abs(moved.up)) < 3)
        }
      }
    }
  }

  @Test func aSillLiftsTheGroundAboveItAndADykeDropsItBetweenTwoShoulders() {
    let sill = RectangularDislocation(
      depthMetres: 3000, lengthMetres: 3000, widthMetres: 3000, strikeDegrees: 0, dipDegrees: 0, openingMetres: 1)
    #expect(sill.displacement(eastMetres: 0, northMetres: 0).up > 0.1)
    let dyke = RectangularDislocation(
      depthMetres: 3000, lengthMetres: 6000, widthMetres: 3000, strikeDegrees: 0, dipDegrees: 90, openingMetres: 1)
    let middle = dyke.displacement(eastMetres: 0, northMetres: 0).up
    let shoulder = dyke.displacement(eastMetres: 3000, northMetres: 0)
    #expect(shoulder.up > 0.05 && middle < 0.3 * shoulder.up)
    #expect(shoulder.east > 0.05)
    #expect(abs(dyke.displacement(eastMetres: -3000, northMetres: 0).up - shoulder.up) < 1e-12)
  }
}
