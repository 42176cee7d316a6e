/// Weights and inputs that need no file: the same formulas as in Tests/NeuralNetworkTests/Expected/formula.py.
package enum FormulaNumbers {
  /// SplitMix64 of the name's FNV-1a hash plus the index times the golden ratio.
  package static func hash(of name: UInt64, _ index: Int) -> UInt64 {
    var bits = name &+ UInt64(index + 1) &* 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  package static func fnv(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Numbers in [-amplitude, amplitude): 24 random bits, then one rounding.
  package static func uniform(_ name: String, count: Int, amplitude: Float = 1) -> [Float] {
    let seed = fnv(name)
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        let bits = Int32(truncatingIfNeeded: hash(of: seed, index) >> 40) - (1 << 23)
        buffer[index] = Float(bits) * 0x1p-23 * amplitude
      }
      initialized = count
    }
  }

  package static let patchKinds = 8

  /// A gray patch, 0…255.
  package static func patch(_ kind: Int, size: Int) -> [Float] {
    let seed = fnv("patch.\(kind)")
    let middle = size / 2
    return (0..<(size * size)).map { index in
      let (y, x) = (index / size, index % size)
      let noise = Int(hash(of: seed, index) >> 56)
      let squared = (x - middle) * (x - middle) + (y - middle) * (y - middle)
      let gray =
        switch kind {
        case 0: noise
        case 1: (3 * x + 5 * y) % 256
        case 2: squared / 16 % 256
        case 3: x < middle ? noise : 127
        case 4: 11 * x % 256
        case 5: (x / 16 + y / 16) % 2 * 200 + 20
        case 6: (squared / 4 + noise / 4) % 256
        default: 30
        }
      return Float(gray)
    }
  }
}
