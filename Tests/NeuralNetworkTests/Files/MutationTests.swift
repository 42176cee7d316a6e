import FormulaNetworks
import Foundation
import Hashing
import Testing

@testable import NeuralNetwork

/// Damaged files end in an error or in a model that runs; never in a crash.
@Suite struct MutationTests {
  @Test(arguments: ["arithmetic", "asymmetric_convolution", "residual", "shapes", "separable"])
  func fiveHundredMutationsOfAFileDoNoHarm(name: String) throws {
    let sound = [UInt8](try Data(contentsOf: NetworkFiles.operators(name)))
    let structure = Self.structure(of: sound)
    var random = SplitMix64(state: FNV1a.hash(name.utf8) &+ SplitMix64.increment)
    var refused = 0
    for _ in 0..<500 {
      var bytes = sound
      for _ in 0..<(1 + random.next(3)) {
        // Most of a file is weights, where a change says little; half of the hits go elsewhere.
        let offset = random.next(2) == 0 ? structure[random.next(structure.count)] : random.next(bytes.count)
        guard offset < bytes.count else { continue }
        switch random.next(5) {
        case 0: bytes[offset] = UInt8(random.next(256))
        case 1: bytes[offset] ^= 1 << UInt8(random.next(8))
        case 2: bytes.removeSubrange(offset..<min(bytes.count, offset + 1 + random.next(9)))
        case 3: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff, 0x0f].prefix(1 + random.next(5)), at: offset)
        default:
          let source = random.next(sound.count)
          bytes.insert(contentsOf: sound[source..<min(sound.count, source + random.next(40))], at: offset)
        }
      }
      if try !runs(bytes) { refused += 1 }
    }
    #expect(refused > 50 && refused < 500, "mutations must reach both ends, \(refused) were refused")
  }

  private func runs(_ bytes: [UInt8]) throws -> Bool {
    do {
      let model = try ModelFile(bytes: bytes)
      guard model.summary.megaflop < 100, model.metadata.inputSize < 64 else { return true }
      let classifier = try PatchClassifier(model: model, batchCapacity: 2)
      let patch = FormulaNumbers.patch(0, size: classifier.inputSize)
      return classifier.probabilities([patch, patch]).count == 2
    } catch is ModelError {
      return false
    }
  }

  /// The places of bytes outside long tensors.
  private static func structure(of bytes: [UInt8]) -> [Int] {
    bytes.indices.filter { index in
      let near = bytes[max(0, index - 8)..<min(bytes.count, index + 8)]
      return near.count { (0x20..<0x7f).contains($0) || $0 < 0x12 } > 8
    }
  }
}

extension SplitMix64 {
  /// 0 ..< `limit`.
  fileprivate mutating func next(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
