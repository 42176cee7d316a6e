import Foundation

/// Decoders that are wrong on purpose, each at about one input in a hundred.
enum PlantedFaults {
  private static let corpus = [Array("a sound input that is long enough".utf8)]

  private static func planted(_ name: String, _ fault: @escaping @Sendable ([UInt8]) throws -> Void)
    -> FuzzedDecoder
  {
    FuzzedDecoder(name: name, corpus: corpus, form: .bytes()) { bytes in
      if bytes.count % 97 == 13 { try fault(bytes) }
    }
  }

  static let trap = planted("planted-trap") { bytes in
    var sum: UInt8 = 255
    sum += UInt8(1 + bytes.count % 2)
    print(sum)
  }

  static let loop = planted("planted-loop") { _ in
    // A call that no optimiser can leave out.
    while getpid() > 0 {}
  }

  static let allocation = planted("planted-allocation") { _ in
    var blocks: [[UInt8]] = []
    while true { blocks.append([UInt8](repeating: 1, count: 1 << 24)) }
  }

  static let promise = planted("planted-promise") { _ in throw BrokenPromise("planted") }

  /// Not without bound, but more than an input of this size may cost.
  static let leak = planted("planted-leak") { _ in
    var blocks: [[UInt8]] = []
    for _ in 0..<40 { blocks.append([UInt8](repeating: UInt8(truncatingIfNeeded: getpid()), count: 16 << 20)) }
    guard blocks.count == Int(getpid() > 0 ? 40 : 0) else { throw BrokenPromise("memory") }
  }
}
