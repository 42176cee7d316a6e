import CVectors
import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

/// float16 as NumPy has it.
@Suite struct HalfPrecisionTests {
  private struct Expected: Decodable {
    /// Bit patterns of float32, and what `astype(float16)` makes of them.
    let singles: [UInt32]
    let halves: [UInt16]
  }

  private static func round(_ numbers: [Float]) -> (halves: [UInt16], isFinite: Bool) {
    var halves = [UInt16](repeating: 0, count: numbers.count)
    let isFinite = numbers.withUnsafeBufferPointer { numbers in
      halves.withUnsafeMutableBufferPointer { HalfPrecision.round(numbers, into: $0) }
    }
    return (halves, isFinite)
  }

  @Test func roundingIsNumPys() throws {
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: NetworkFiles.url("half.json")))
    #expect(expected.singles.count > 2000)
    let numbers = expected.singles.map { Float(bitPattern: $0) }
    #expect(Self.round(numbers).halves == expected.halves)
    // The way without the processor's own instruction.
    #expect(numbers.map { volcsweep_half_of($0) } == expected.halves)
  }

  @Test func everyHalfWidensToTheNumberItStandsForAndBack() {
    let halves = (0...UInt16.max).filter { $0 & 0x7c00 != 0x7c00 || $0 & 0x3ff == 0 }
    var numbers = [Float](repeating: .nan, count: halves.count)
    halves.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      numbers.withUnsafeMutableBufferPointer { target in
        guard let target = target.baseAddress else { return }
        HalfPrecision.widen(base, count: halves.count, into: target)
      }
    }
    #expect(numbers.map(\.bitPattern) == halves.map { volcsweep_float_of($0).bitPattern })
    #expect(Self.round(numbers).halves == halves)
    #expect(numbers[0x3c00] == 1 && numbers[1] == 0x1p-24 && numbers[0x7bff] == 65504)
  }

  @Test func whatIsTooLargeIsNotFinite() {
    #expect(Self.round([1, -65504, 65519]).isFinite)
    #expect(!Self.round([1, 65520]).isFinite && !Self.round([-1e9]).isFinite && !Self.round([.nan]).isFinite)
  }
}
