import Testing

@testable import Synthesis

@Suite struct PhaseWrappingTests {
  @Test func wrappedPhasesDifferByWholeTurnsAndLieWithinPi() {
    var stream = RandomStream(seed: 3, path: 1)
    for _ in 0..<1000 {
      let phase = Float(stream.uniform(-60...60))
      let wrapped = PhaseWrapping.wrap(phase)
      #expect(abs(wrapped) <= Float.pi)
      let turns = (phase - wrapped) / (2 * Float.pi)
      #expect(abs(turns - turns.rounded()) < 1e-5)
    }
  }

  @Test(
    arguments: [
      (0, 0), (3, 3), (-3, -3), (4, 4 - 2 * Float.pi), (-4, 2 * Float.pi - 4), (7, 7 - 2 * Float.pi),
    ] as [(Float, Float)])
  func knownPhasesWrapToKnownValues(phase: Float, wrapped: Float) {
    #expect(abs(PhaseWrapping.wrap(phase) - wrapped) < 1e-5)
  }

  @Test func storedPhasesAreNeverTheNoDataValueAndKeepTheirPlaceToAStep() {
    var stream = RandomStream(seed: 4, path: 1)
    for phase in (0..<1000).map({ _ in Float(stream.uniform(-4...4)) }) + [0, .pi, -.pi, 0.001, -0.001] {
      let stored = PhaseWrapping.stored(phase)
      #expect(stored != 0 && abs(stored) <= Float.pi)
      #expect(abs(PhaseWrapping.wrap(stored - phase)) < 1.01 / 128)
      #expect((stored * 128).rounded() == stored * 128)
    }
  }
}
