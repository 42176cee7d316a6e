import Hashing

/// A seeded generator: the same seed gives the same input on every machine.
struct SeededRandom: RandomNumberGenerator {
  private var generator: SplitMix64

  init(seed: UInt64, of name: String) {
    // The name, so that decoders do not share their inputs.
    let state = FNV1a.hash(name.utf8, seed: seed) ^ seed &* 0xd6e8_feb8_6659_fd93
    generator = SplitMix64(state: state)
  }

  mutating func next() -> UInt64 { generator.next() }

  /// 0 ..< `limit`.
  mutating func below(_ limit: Int) -> Int { limit > 0 ? Int(next() % UInt64(limit)) : 0 }

  mutating func chance(_ one: Int, in all: Int) -> Bool { below(all) < one }

  mutating func pick<Element>(_ choices: [Element]) -> Element? {
    choices.isEmpty ? nil : choices[below(choices.count)]
  }
}
