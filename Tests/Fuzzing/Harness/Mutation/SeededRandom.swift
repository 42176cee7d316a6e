/// A seeded generator (SplitMix64): the same seed gives the same input on every machine.
struct SeededRandom {
  private var state: UInt64

  init(seed: UInt64, of name: String) {
    // FNV-1a of the name, so that decoders do not share their inputs.
    state = name.utf8.reduce(0xcbf2_9ce4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    state ^= seed &* 0xd6e8_feb8_6659_fd93
  }

  mutating func bits() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// 0 ..< `limit`.
  mutating func below(_ limit: Int) -> Int { limit > 0 ? Int(bits() % UInt64(limit)) : 0 }

  mutating func chance(_ one: Int, in all: Int) -> Bool { below(all) < one }

  mutating func pick<Element>(_ choices: [Element]) -> Element? {
    choices.isEmpty ? nil : choices[below(choices.count)]
  }
}
