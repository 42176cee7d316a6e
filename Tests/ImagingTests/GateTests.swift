import Hashing
import Interferometry
import Testing

@testable import Imaging

struct GateTests {
  struct GateCase: Decodable {
    let name: String
    let gray: ArrayPlace
    let valid: ArrayPlace
    let coherence: ArrayPlace?
    let edges: ArrayPlace
    let count: Int
    let share: Double
    let isOpen: Bool
  }

  struct ClosingCase: Decodable {
    let name: String
    let radius: Int
    let mask: ArrayPlace
    let closed: ArrayPlace
  }

  @Test func strongEdgesAreThoseOfTheFittedGate() throws {
    let expected = try ExpectedValues<GateCase>("gate")
    for test in expected.cases {
      let grid = Grid(height: test.gray.height, width: test.gray.width)
      let patches = try #require(PatchGrid(grid: grid, size: grid.height, stride: grid.height))
      var parameters = EdgeGateParameters()
      parameters.minimumEdgeShare = test.share
      let gate = EdgeGate(patches: patches, parameters: parameters)
      let coherence = try test.coherence.map { try expected.floats($0) }
      let kept = try run(
        gate, gray: expected.bytes(test.gray), valid: expected.bytes(test.valid), coherence: coherence)
      #expect(try Array(gate.edges.elements) == expected.bytes(test.edges), "\(test.name)")
      #expect(kept == [test.isOpen], "\(test.name)")
    }
    #expect(expected.cases.contains { $0.isOpen } && expected.cases.contains { !$0.isOpen })
  }

  @Test func aPatchAloneIsScoredAsInTheFit() throws {
    let expected = try ExpectedValues<GateCase>("gate")
    for test in expected.cases where test.coherence == nil {
      var parameters = EdgeGateParameters()
      parameters.minimumEdgeShare = test.share
      let isOpen = try EdgeGate.isOpen(
        gray: expected.bytes(test.gray), valid: expected.bytes(test.valid).map { $0 == 1 },
        size: test.gray.width, parameters: parameters)
      #expect(isOpen == test.isOpen, "\(test.name)")
    }
  }

  @Test func moreEdgesAskedForNeverOpenAPatch() throws {
    let expected = try ExpectedValues<GateCase>("gate")
    for test in expected.cases where test.coherence == nil {
      var wasOpen = true
      for share in [0, 0.001, 0.005, 0.02, 0.1, 1] {
        var parameters = EdgeGateParameters()
        parameters.minimumEdgeShare = share
        let isOpen = try EdgeGate.isOpen(
          gray: expected.bytes(test.gray), valid: expected.bytes(test.valid).map { $0 == 1 },
          size: test.gray.width, parameters: parameters)
        #expect(wasOpen || !isOpen, "\(test.name) at \(share)")
        wasOpen = isOpen
      }
      #expect(!wasOpen)
    }
  }

  @Test func blankConstantAndSeaCropsKeepNoPatch() throws {
    let grid = Grid(height: 500, width: 500)
    var random = SplitMix64(state: 20240106)
    let sea = (0..<grid.count).map { _ in Float.random(in: -3.1415925...3.1415925, using: &random) }
    let noise = (0..<grid.count).map { _ in Float.random(in: 0...0.1, using: &random) }
    let half = sea.enumerated().map { $0.offset % 500 < 270 ? $0.element : Float.nan }
    let crops: [(String, [Float], [Float]?)] = [
      ("blank", [Float](repeating: .nan, count: grid.count), nil),
      ("constant", [Float](repeating: 1.25, count: grid.count), nil),
      ("constant 0", [Float](repeating: 0, count: grid.count), nil),
      ("sea", sea, nil), ("sea with its coherence", sea, noise), ("sea and no data", half, nil),
      ("sea with unknown coherence", sea, [Float](repeating: .nan, count: grid.count)),
    ]
    var parameters = EdgeGateParameters()
    for share in [parameters.minimumEdgeShare, 0] {
      parameters.minimumEdgeShare = share
      for (name, phase, coherence) in crops where share > 0 || name.hasPrefix("b") || name.hasPrefix("c") {
        let kept = try keptPatches(phase, coherence, grid, .edges(parameters)).kept
        #expect(!kept.contains(true), "\(name), edge share \(share)")
      }
    }
  }

  @Test func fringesInTheMiddleOfTheSeaKeepTheirPatches() throws {
    let grid = Grid(height: 500, width: 500)
    var random = SplitMix64(state: 20240106)
    let phase = (0..<grid.count).map { index -> Float in
      let row = Float(index / 500 - 90)
      let column = Float(index % 500 - 90)
      let distance = (row * row + column * column).squareRoot()
      if distance > 85 { return Float.random(in: -3.1415925...3.1415925, using: &random) }
      return (distance * 0.3).remainder(dividingBy: 2 * .pi)
    }
    let result = try keptPatches(phase, nil, grid, .edges(EdgeGateParameters()))
    #expect(result.kept[0])
    #expect(!result.kept[15])
    #expect(result.fractions.allSatisfy { $0 == 1 })
  }

  @Test func closingIsSciPys() throws {
    let expected = try ExpectedValues<ClosingCase>("closing")
    #expect(expected.cases.count == 24)
    for test in expected.cases {
      let grid = Grid(height: test.mask.height, width: test.mask.width)
      let closing = DiskClosing(grid: grid, radius: test.radius)
      let mask = try expected.bytes(test.mask)
      for _ in 0..<2 {
        var closed = [UInt8](repeating: 9, count: grid.count)
        mask.withUnsafeBufferPointer { mask in
          closed.withUnsafeMutableBufferPointer { closing.apply(mask, into: $0) }
        }
        #expect(try closed == expected.bytes(test.closed), "\(test.name), radius \(test.radius)")
      }
    }
  }

  @Test func dataGateOpensAboveAQuarterOfData() throws {
    let grid = Grid(height: 227, width: 227)
    for (rows, isOpen) in [(0, false), (56, false), (57, true), (227, true)] {
      let phase = (0..<grid.count).map { $0 / 227 < rows ? Float(1) : ($0 % 2 == 0 ? Float.nan : 0) }
      // Against the straight edge of a half plane, closing adds nothing.
      #expect(try keptPatches(phase, nil, grid, .data(DataGateParameters())).kept == [isOpen], "\(rows) rows")
    }
  }

  @Test func dataGateClosesOverScatteredGaps() throws {
    let grid = Grid(height: 227, width: 227)
    let phase = (0..<grid.count).map { ($0 / 227 % 5 == 0 && $0 % 227 % 5 == 0) ? Float(1) : Float.nan }
    #expect(try keptPatches(phase, nil, grid, .data(DataGateParameters())).kept == [true])
  }

  @Test func dataGateStaysShutWhereHalfTheGrayIsZero() throws {
    let grid = Grid(height: 227, width: 227)
    let minimum: Float = -3.1415927
    for (dark, isOpen) in [(grid.count / 2, true), (grid.count / 2 + 1, false)] {
      let phase = (0..<grid.count).map { $0 < dark ? minimum : Float(0.5) }
      let result = try keptPatches(phase, nil, grid, .data(DataGateParameters()))
      #expect(result.kept == [isOpen], "\(dark) dark pixels")
      #expect(abs(result.fractions[0] - (1 - Float(dark) / Float(grid.count))) < 1e-6)
    }
  }

  @Test func settingsOutOfRangeAreNamed() {
    #expect(EdgeGateParameters().problem == nil)
    var parameters = EdgeGateParameters()
    parameters.lowThreshold = 301
    #expect(parameters.problem?.contains("low-threshold 301") == true)
    parameters = EdgeGateParameters()
    parameters.phaseCoherenceWindow = 8
    #expect(parameters.problem?.contains("phase-coherence-window") == true)
    parameters = EdgeGateParameters()
    parameters.blurSigma = .nan
    #expect(parameters.problem?.contains("blur-sigma") == true)
    var data = DataGateParameters()
    data.minimumDataShare = 1.5
    #expect(GateRule.data(data).problem?.contains("minimumDataShare") == true)
    #expect(MethodProfile.biggs2022.gate.problem == nil)
  }

  private func run(_ gate: EdgeGate, gray: [UInt8], valid: [UInt8], coherence: [Float]?) -> [Bool] {
    var kept = [Bool](repeating: false, count: gate.patches.count)
    gray.withUnsafeBufferPointer { gray in
      valid.withUnsafeBufferPointer { valid in
        kept.withUnsafeMutableBufferPointer { kept in
          if let coherence {
            _ = coherence.withUnsafeBufferPointer {
              gate.evaluate(gray: gray, valid: valid, coherence: $0, kept: kept)
            }
          } else {
            gate.evaluate(gray: gray, valid: valid, coherence: nil, kept: kept)
          }
        }
      }
    }
    return kept
  }

  private func keptPatches(
    _ phase: [Float], _ coherence: [Float]?, _ grid: Grid, _ rule: GateRule
  ) throws -> (kept: [Bool], fractions: [Float]) {
    let profile = if case .edges = rule { MethodProfile.jgr2018 } else { MethodProfile.biggs2022 }
    let patches = try #require(profile.layout(of: grid)?.scales[0].patches)
    let gate = PatchGate(patches: patches, rule: rule)
    var kept = [Bool](repeating: true, count: patches.count)
    var fractions = [Float](repeating: -1, count: patches.count)
    phase.withUnsafeBufferPointer { phase in
      kept.withUnsafeMutableBufferPointer { kept in
        fractions.withUnsafeMutableBufferPointer { fractions in
          if let coherence {
            _ = coherence.withUnsafeBufferPointer {
              gate.evaluate(phase: phase, coherence: $0, kept: kept, fractions: fractions)
            }
          } else {
            gate.evaluate(phase: phase, coherence: nil, kept: kept, fractions: fractions)
          }
        }
      }
    }
    return (kept, fractions)
  }
}
