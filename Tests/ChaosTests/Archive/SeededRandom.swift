/// SplitMix64, so that a case's injections follow from its seed.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A stream of its own for each name: one case's injections do not depend on which ran before.
  init(_ name: String, seed: UInt64 = ChaosSettings.seed) {
    state = name.utf8.reduce(0xcbf2_9ce4_8422_2325 ^ seed &* 0x9e37_79b9_7f4a_7c15) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  mutating func seconds(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &self) }

  mutating func whole(_ range: Range<Int>) -> Int { .random(in: range, using: &self) }

  mutating func happens(_ probability: Double) -> Bool { .random(in: 0..<1, using: &self) < probability }
}
