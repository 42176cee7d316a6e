import Foundation
import Testing

@testable import Learning

@Suite struct PatchSynthesizerTests {
  /// No multiple of the step in which fields are made.
  private static let side = 99

  /// Two quiet patches of places of their own, a ramp and a constant, the second with a corner without data, and one
  /// that deforms.
  private static func ground() throws -> LabelledPatches {
    var builder = PatchSetBuilder(side: side)
    builder.add(
      (0..<(side * side)).map { UInt8(40 + $0 % side) }, deforms: false, isHardNegative: true, place: "ramp",
      origin: "first")
    builder.add(
      (0..<(side * side)).map { $0 % side < 20 && $0 / side < 20 ? LabelledPatches.noData : 77 }, deforms: false,
      place: "constant", origin: "second")
    builder.add((0..<(side * side)).map { UInt8($0 % 251) }, deforms: true, place: "busy", origin: "third")
    return try builder.patches()
  }

  private static func synthesizer(overlaid: Int = 0, blanked: Int = 0, plain: Int = 0) -> PatchSynthesizer {
    var synthesizer = PatchSynthesizer()
    (synthesizer.overlaidCount, synthesizer.blankedCount, synthesizer.plainCount) = (overlaid, blanked, plain)
    return synthesizer
  }

  @Test func fieldsBetweenTheirPlacesAreSmooth() {
    // A dome as wide as invented ones are at their narrowest.
    func dome(_ row: Double, _ column: Double) -> Double {
      exp(-(pow(row - 30, 2) + pow(column - 41, 2)) / (2 * 12 * 12))
    }
    for side in [64, 66] {
      let cells = SmoothField.cells(ofSide: side, step: 4)
      let values = (0..<cells * cells).map { place in
        Float(
          dome(Double((place / cells - SmoothField.margin) * 4), Double((place % cells - SmoothField.margin) * 4)))
      }
      let field = SmoothField(values, cells: cells, step: 4)
      var (worst, sharpest): (Double, Float) = (0, 0)
      for row in 0..<side {
        for column in 0..<side {
          worst = max(worst, abs(Double(field.value(row: row, column: column)) - dome(Double(row), Double(column))))
          guard column > 1 else { continue }
          let bend =
            field.value(row: row, column: column) - 2 * field.value(row: row, column: column - 1)
            + field.value(row: row, column: column - 2)
          sharpest = max(sharpest, abs(bend))
        }
      }
      // Straight pieces are off by up to 0.027, and bend by 3.8 / 144 where they meet.
      #expect(worst < 0.002, "off by \(worst)")
      #expect(sharpest < 1.2 / 144, "bends by \(sharpest), the dome itself by 1 / 144")
      #expect(field.value(row: 8, column: 12) == values[SmoothField.index(row: 2, column: 3, cells: cells)])
    }
  }

  @Test func deformationIsLaidOverQuietPatchesThatKeepTheirPlace() throws {
    let made = try Self.synthesizer(overlaid: 12).patches(from: Self.ground())
    #expect(made.count == 12 && made.deformingCount == 12)
    #expect(Set(made.places) == ["ramp", "constant"])
    #expect(made.boxes.allSatisfy { $0 != nil } && made.sources.allSatisfy { !$0.isEmpty })
    for patch in 0..<made.count where made.places[patch] == "constant" {
      let data = made.hasData(of: patch)
      let gray = Array(made.gray(of: patch))
      let grays = Set(zip(gray, data).filter(\.1).map(\.0))
      // At least three quarters of a fringe stand where there was one gray.
      #expect(grays.count > 100, "patch \(patch)")
      #expect(!data[0])
    }
  }

  @Test func withoutQuietPatchesThereIsNothingToBlank() throws {
    let deforming = try Self.ground().subset { $0 == 2 }
    #expect(throws: DataSetError.self) { try Self.synthesizer(blanked: 1).patches(from: deforming) }
  }

  @Test func eachPatchIsTold() throws {
    let synthesizer = Self.synthesizer(overlaid: 2, blanked: 2, plain: 1)
    var told: [Int] = []
    _ = try synthesizer.patches(from: Self.ground()) { told.append($0) }
    #expect(told == Array(1...synthesizer.count))
  }

  @Test func aSyntheticFieldHasNoJumps() throws {
    let made = try Self.synthesizer(overlaid: 6).patches(from: Self.ground())
    for patch in 0..<made.count {
      let (gray, data) = (Array(made.gray(of: patch)), made.hasData(of: patch))
      var steep = 0
      for pixel in 1..<gray.count where pixel % Self.side > 0 && data[pixel] && data[pixel - 1] {
        let step = (Int(gray[pixel]) - Int(gray[pixel - 1]) + 255) % 255
        if min(step, 255 - step) > 110 { steep += 1 }
      }
      // Masks of the sea leave noise in some.
      #expect(steep < gray.count / 4, "patch \(patch)")
    }
  }

  @Test func blankingTakesDataAwayAndLeavesTheRestOrNoise() throws {
    let ground = try Self.ground()
    let made = try Self.synthesizer(blanked: 20).patches(from: ground)
    #expect(made.count == 20 && made.deformingCount == 0)
    var losses = 0
    for patch in 0..<made.count {
      let source = made.places[patch] == "ramp" ? 0 : 1
      #expect(made.isHardNegative[patch] == ground.isHardNegative[source])
      let (before, after) = (ground.hasData(of: source), made.hasData(of: patch))
      #expect(!zip(before, after).contains { !$0 && $1 })
      if after.count(where: { $0 }) < before.count(where: { $0 }) * 9 / 10 { losses += 1 }
    }
    #expect(losses > 5)
  }

  @Test func plainPatchesAreQuietAndOfEveryKind() throws {
    let made = try Self.synthesizer(plain: 60).patches(from: Self.ground())
    #expect(made.count == 60 && made.deformingCount == 0)
    #expect(Set(made.places) == [PatchSynthesizer.plainPlace])
    for kind in ["constant", "ramp", "noise", "blanked"] {
      #expect(made.origins.contains { $0.contains(kind) }, "\(kind)")
    }
  }

  @Test func equalSeedsMakeEqualPatchesAndOthersOthers() throws {
    var synthesizer = Self.synthesizer(overlaid: 3, blanked: 3, plain: 3)
    let first = try synthesizer.patches(from: Self.ground())
    #expect(try synthesizer.patches(from: Self.ground()) == first)
    synthesizer.seed = 2
    #expect(try synthesizer.patches(from: Self.ground()) != first)
  }

  @Test func groundOnWhichNothingWouldBeSeenIsRefused() throws {
    var builder = PatchSetBuilder(side: Self.side)
    builder.add(
      (0..<(Self.side * Self.side)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }, deforms: false,
      place: "noise", origin: "noise")
    let noise = try builder.patches()
    #expect(throws: DataSetError.self) { try Self.synthesizer(overlaid: 1).patches(from: noise) }
  }
}
