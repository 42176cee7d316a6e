import Hashing

/// Weights and inputs that need no file: the same formulas as in Tests/NeuralNetworkTests/Expected/formula.py.
package enum FormulaNumbers {
  /// SplitMix64 of the name's FNV-1a hash plus the index times the golden ratio.
  package static func hash(of name: UInt64, _ index: Int) -> UInt64 {
    SplitMix64.mixed(name &+ UInt64(index + 1) &* SplitMix64.increment)
  }

  /// Numbers in [-amplitude, amplitude): 24 random bits, then one rounding.
  package static func uniform(_ name: String, count: Int, amplitude: Float = 1) -> [Float] {
    let seed = FNV1a.hash(name.utf8)
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
    let seed = FNV1a.hash("patch.\(kind)".utf8)
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
