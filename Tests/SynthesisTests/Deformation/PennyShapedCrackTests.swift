import Foundation
import Testing

@testable import Synthesis

@Suite struct PennyShapedCrackTests {
  struct Case: Decodable {
    let depthOverRadius, poissonRatio, volumePerPressure: Double
    let distances, outwardPerVolume, upPerVolume: [Double]
  }

  @Test func cracksMoveTheGroundAsOnesSolvedWithBoundaryElementsDo() throws {
    let cases: [Case] = try Expected.read("crack.json")
    #expect(cases.count == 7)
    for each in cases {
      let crack = PennyShapedCrack(
        depthMetres: 1000 * each.depthOverRadius, radiusMetres: 1000, volumeChangeCubicMetres: 1e6)
      let scale = (each.upPerVolume.max() ?? 0)
      for (index, distance) in each.distances.enumerated() {
        let moved = crack.displacement(eastMetres: 1000 * distance, northMetres: 0)
        // The elements' own error is near a per cent for the shallowest crack.
        let tolerance = (each.depthOverRadius < 0.5 ? 0.01 : 0.004) * scale
        #expect(abs(moved.up - each.upPerVolume[index]) < tolerance, "\(each.depthOverRadius) \(distance)")
        #expect(abs(moved.east - each.outwardPerVolume[index]) < tolerance, "\(each.depthOverRadius) \(distance)")
      }
      let pressure = crack.pressureOverShearModulus(poissonRatio: each.poissonRatio)
      #expect(abs(1e6 / pressure / 1e9 / each.volumePerPressure - 1) < 0.02, "\(each.depthOverRadius)")
    }
  }

  @Test func aDeepCrackIsOneInAnInfiniteMedium() {
    // Volume 8 (1 − ν) p a³ / (3 μ), and a surface that moves by 3 V d³ / (2π R⁵) up and 3 V d² r / (2π R⁵) outwards.
    let crack = PennyShapedCrack(depthMetres: 60_000, radiusMetres: 1000, volumeChangeCubicMetres: 1e9)
    let pressure = crack.pressureOverShearModulus(poissonRatio: 0.3)
    #expect(abs(8 * 0.7 * pressure * 1e9 / 3 / 1e9 - 1) < 1e-4)
    for distance in [0.0, 20_000, 60_000, 200_000] {
      let moved = crack.displacement(eastMetres: 0, northMetres: distance)
      let far = (60_000.0 * 60_000 + distance * distance).squareRoot()
      let up = 3e9 * pow(60_000, 3) / (2 * Double.pi * pow(far, 5))
      #expect(abs(moved.up / up - 1) < 1e-3)
      #expect(abs(moved.north - up * distance / 60_000) < 1e-3 * up)
      #expect(moved.east == 0)
    }
  }

  @Test func theGroundTakesUpWhatTheMediumCannot() {
    // Over the whole plane the uplift's volume is that of the opening, since shear adds none.
    for ratio in [0.3, 1.0, 3] {
      let crack = PennyShapedCrack(depthMetres: 1000 * ratio, radiusMetres: 1000, volumeChangeCubicMetres: 1e6)
      let end = 300.0
      var sum = 0.0
      let rule = GaussRule(count: 400, from: 0, to: log(1 + end))
      for (node, weight) in zip(rule.nodes, rule.weights) {
        let distance = 1000 * (exp(node) - 1)
        let up = crack.displacement(eastMetres: distance, northMetres: 0).up
        sum += 2 * .pi * distance * up * 1000 * exp(node) * weight
      }
      #expect(abs(sum / 1e6 - 1) < 2e-3, "\(ratio): \(sum)")
    }
  }

  @Test func aShallowCrackLiftsThePlateAboveIt() {
    let crack = PennyShapedCrack(depthMetres: 200, radiusMetres: 1000, volumeChangeCubicMetres: 1e6)
    let middle = crack.displacement(eastMetres: 0, northMetres: 0).up
    // A clamped circular plate rises by 3 V / (π a²) in the middle; an elastic rim gives a little more width.
    let plate = 3e6 / (Double.pi * 1e6)
    #expect(middle > 0.7 * plate && middle < 1.02 * plate)
    #expect(crack.displacement(eastMetres: 1500, northMetres: 0).up < 0.03 * middle)
  }
}

extension PennyShapedCrack {
  /// Pressure divided by the shear modulus for the crack's volume; negative for closing.
  fileprivate func pressureOverShearModulus(poissonRatio: Double) -> Double {
    // The densities are those for a pressure of μ / (2 (1 − ν)).
    let densities = CrackDensities(depthOverRadius: depthMetres / radiusMetres)
    return volumeChangeCubicMetres / (radiusMetres * radiusMetres * radiusMetres * densities.volume)
      / (2 * (1 - poissonRatio))
  }
}
