import Hashing

/// SplitMix64, so that a case's injections follow from its seed.
struct SeededRandom: RandomNumberGenerator {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(state: seed) }

  /// A stream of its own for each name: one case's injections do not depend on which ran before.
  init(_ name: String, seed: UInt64 = ChaosSettings.seed) {
    generator = SplitMix64(state: FNV1a.hash(name.utf8, seed: seed &* SplitMix64.increment))
  }

  mutating func next() -> UInt64 { generator.next() }

  mutating func seconds(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &self) }

  mutating func whole(_ range: Range<Int>) -> Int { .random(in: range, using: &self) }

  mutating func happens(_ probability: Double) -> Bool { .random(in: 0..<1, using: &self) < probability }
}
