/// SplitMix64 from a seed.
package struct FormulaRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(state: UInt64) { self.state = state }

  package mutating func next() -> UInt64 {
    state &+= 1
    return FormulaNumbers.hash(of: 7, Int(truncatingIfNeeded: state))
  }
}
