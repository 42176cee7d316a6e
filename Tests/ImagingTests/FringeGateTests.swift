import Foundation
import Interferometry
import Testing

@testable import Imaging

@Suite struct FringeGateTests {
  /// A case of `Expected/make_fringe_gate.py`, which says what the numbers mean.
  struct Case: Decodable {
    let name: String
    let row: Double
    let column: Double
    let scale: Double
    let fringes: Double
    let slope: Double
    let noise: Double
    let blank: Int
    let edgeShare: Double
  }

  private let size = 224

  private func cases() throws -> [Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Expected")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      [Case].self, from: Data(contentsOf: folder.appendingPathComponent("fringe-gate.json")))
  }

  /// Radians before wrapping, NaN where blank.
  private func phase(_ test: Case) -> [Double] {
    var state: UInt32 = 7
    return (0..<(size * size)).map { index in
      state = 1_664_525 &* state &+ 1_013_904_223
      let noise = Double(state) / 2_147_483_648 - 1
      let (y, x) = (Double(index / size), Double(index % size))
      if index % size < test.blank { return .nan }
      let radius =
        ((y - test.row) * (y - test.row) + (x - test.column) * (x - test.column)).squareRoot() / test.scale
      return 2 * .pi * test.fringes * pow(1 + radius * radius, -1.5) + test.slope * (x + 0.5 * y)
        + test.noise * noise
    }
  }

  private func wrap(_ phase: [Double], adding constant: Double = 0, sign: Double = 1) -> [Float] {
    phase.map { Float(remainder(sign * $0 + constant, 2 * .pi)) }
  }

  /// The share of wrap edges and the decision.
  private func measure(
    _ phase: [Float], coherence: [Float]? = nil, _ parameters: FringeGateParameters = FringeGateParameters()
  ) throws -> (fraction: Double, isOpen: Bool) {
    let grid = Grid(height: size, width: size)
    let patches = try #require(PatchGrid(grid: grid, size: size, stride: size))
    let gate = FringeGate(patches: patches, parameters: parameters)
    let phasors = Phasors(grid: grid)
    phase.withUnsafeBufferPointer { phasors.take($0) }
    var kept = [false]
    kept.withUnsafeMutableBufferPointer { kept in
      if let coherence {
        _ = coherence.withUnsafeBufferPointer { gate.evaluate(phasors, coherence: $0, kept: kept) }
      } else {
        gate.evaluate(phasors, coherence: nil, kept: kept)
      }
    }
    return (gate.edgeFraction(of: 0), kept[0])
  }

  @Test func sharesAreThoseOfAnIndependentImplementation() throws {
    for test in try cases() {
      let fraction = try measure(wrap(phase(test))).fraction
      #expect(abs(fraction - test.edgeShare) <= 1e-4 * test.edgeShare + 1e-7, "\(test.name): \(fraction)")
    }
  }

  /// The number of edges that Canny finds is another at each constant; its mean over all constants is the integral.
  @Test func theShareIsTheMeanLengthOfWrapEdgesOverAllConstants() throws {
    let test = try #require(try cases().first { $0.name == "four fringes" })
    let phase = phase(test)
    // By Crofton's formula a curve is about π / 4 times as long as its steps along rows and columns together.
    var crossings = 0
    let constants = 64
    for k in 0..<constants {
      let wrapped = wrap(phase, adding: 2 * .pi * Double(k) / Double(constants))
      for index in wrapped.indices {
        if index % size + 1 < size, abs(wrapped[index + 1] - wrapped[index]) > .pi { crossings += 1 }
        if index + size < wrapped.count, abs(wrapped[index + size] - wrapped[index]) > .pi { crossings += 1 }
      }
    }
    let length = Double(crossings) / Double(constants) * .pi / 4 / Double(size * size)
    let fraction = try measure(wrap(phase)).fraction
    #expect(abs(fraction / length - 1) < 0.05, "\(fraction) and \(length)")
  }

  @Test func noConstantAndNoSignMovesIt() throws {
    for test in try cases() {
      let phase = phase(test)
      let own = try measure(wrap(phase)).fraction
      for k in 0..<8 {
        for sign in [1.0, -1.0] {
          let fraction = try measure(wrap(phase, adding: Double(k) * .pi / 4, sign: sign)).fraction
          // Far below the 1 % of a threshold within which a decision may change.
          #expect(abs(fraction - own) <= 1e-5 * own + 1e-8, "\(test.name) at \(k)/8 of a turn: \(fraction), \(own)")
        }
      }
    }
  }

  @Test func oneFringeOfASmallSourceOpensItAndNoiseAndPlainPhaseDoNot() throws {
    let all = try cases()
    for test in all where test.fringes >= 1 {
      #expect(try measure(wrap(phase(test))).isOpen, "\(test.name)")
    }
    let noise = try #require(all.first { $0.name == "noise alone" })
    #expect(try !measure(wrap(phase(noise))).isOpen)
    var open = FringeGateParameters()
    open.minimumEdgeShare = 0
    for value in [0, 1.3, -Float.pi, Float.pi, .nan] as [Float] {
      #expect(try !measure([Float](repeating: value, count: size * size), open).isOpen, "\(value)")
    }
  }

  @Test func decorrelatedGroundAddsNothing() throws {
    let test = try #require(try cases().first { $0.name == "four fringes" })
    let phase = wrap(phase(test))
    let count = size * size
    let known = try measure(phase, coherence: [Float](repeating: 0.5, count: count))
    #expect(try known.fraction == measure(phase).fraction)
    #expect(try measure(phase, coherence: [Float](repeating: 0.05, count: count)).fraction == 0)
    #expect(try measure(phase, coherence: [Float](repeating: .nan, count: count)).fraction == known.fraction)
  }

  @Test func phasorsAreThoseOfTheLibrary() {
    let grid = Grid(height: 1, width: 1003)
    let phase = (0..<grid.count).map { Float.pi * (Float($0) / 501 - 1) }
    let phasors = Phasors(grid: grid)
    phase.withUnsafeBufferPointer { phasors.take($0) }
    for (index, angle) in phase.enumerated() {
      let clamped = min(Double(angle), .pi)
      #expect(abs(Double(phasors.cosines.pointer[index]) - cos(clamped)) < 1e-6, "\(angle)")
      #expect(abs(Double(phasors.sines.pointer[index]) - sin(clamped)) < 1e-6, "\(angle)")
    }
  }
}
