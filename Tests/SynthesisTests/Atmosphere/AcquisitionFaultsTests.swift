import Foundation
import Testing

@testable import Synthesis

@Suite struct AcquisitionFaultsTests {
  /// The first faults of one kind alone that a few hundred draws make.
  func faults(_ kind: AcquisitionFaults.Kind) throws -> AcquisitionFaults {
    for index in 0..<400 {
      var stream = RandomStream(seed: 8, path: UInt64(index))
      let drawn = AcquisitionFaults(fraction: 1, headingDegrees: 0, widthKilometres: 60, from: &stream)
      if drawn.kinds == [kind] { return drawn }
    }
    throw CancellationError()
  }

  @Test func anOrbitalRampIsAPlaneOfOneToThreeFringesAcrossTheRaster() throws {
    let ramp = try faults(.orbitalRamp)
    func at(_ east: Double, _ north: Double) -> Double { ramp.phase(eastKilometres: east, northKilometres: north) }
    #expect(abs(at(7, 11) + at(-7, -11)) < 1e-9)
    let twice: Double = 2 * at(10, 15)
    #expect(abs(at(20, 30) - twice) < 1e-9)
    let (east, north): (Double, Double) = (at(1, 0), at(0, 1))
    let slope: Double = (east * east + north * north).squareRoot() * 60 / (2 * .pi)
    #expect(slope >= 1 && slope <= 3)
  }

  @Test func burstsRepeatAlongTheTrackAndJumpOnceEach() throws {
    let bursts = try faults(.debursting)
    func at(_ north: Double) -> Double { bursts.phase(eastKilometres: 5, northKilometres: north) }
    let length = AcquisitionFaults.burstKilometres
    #expect(abs(at(3) - at(3 + length)) < 1e-9)
    #expect(at(3) == bursts.phase(eastKilometres: -25, northKilometres: 3))
    let steps = stride(from: 0.0, to: length, by: 0.1).map { at($0 + 0.1) - at($0) }
    #expect(steps.count { abs($0) > 0.5 } == 1)
  }

  @Test func subSwathsDifferByOneStepAlongTheTrack() throws {
    let step = try faults(.subSwath)
    let across = stride(from: -30.0, through: 30, by: 0.5)
      .map { step.phase(eastKilometres: $0, northKilometres: -12) }
    #expect(Set(across).count == 2)
    #expect(zip(across, across.dropFirst()).count { $0 != $1 } == 1)
  }

  @Test func aMissingSwathIsOneSideOfALineAndAFaultlessAcquisitionMissesNothing() throws {
    let swath = try faults(.missingSwath)
    let missing = stride(from: -30.0, through: 30, by: 0.5)
      .map { swath.isMissing(eastKilometres: $0, northKilometres: 4) }
    #expect(zip(missing, missing.dropFirst()).count { $0 != $1 } == 1)
    var stream = RandomStream(seed: 8, path: 1)
    let none = AcquisitionFaults(fraction: 0, headingDegrees: 0, widthKilometres: 60, from: &stream)
    #expect(none.kinds.isEmpty)
    #expect(none.phase(eastKilometres: 10, northKilometres: 10) == 0)
    #expect(!none.isMissing(eastKilometres: 29, northKilometres: 0))
  }
}
