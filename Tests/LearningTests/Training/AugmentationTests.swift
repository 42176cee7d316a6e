import Foundation
import Synthesis
import Testing

@testable import Learning

@Suite struct AugmentationTests {
  private struct Warps: Decodable {
    struct Case: Decodable {
      var flipX, flipY: Bool
      var scaleX, scaleY, degrees, shiftX, shiftY: Double
      var gray: [Int]
    }
    var side: Int
    var gray: [UInt8]
    var cases: [Case]
  }

  /// Grays of one angle may be 0 and 255.
  private func distance(_ one: Int, _ other: Int) -> Int {
    let distance = abs(one - other) % 255
    return min(distance, 255 - distance)
  }

  @Test func warpedPhaseIsThatOfSciPysPhasor() throws {
    let expected: Warps = try Expected.read("warp.json")
    let side = expected.side
    for (number, one) in expected.cases.enumerated() {
      let map = PlanarMap(
        flipsHorizontally: one.flipX, flipsVertically: one.flipY, scaleX: one.scaleX, scaleY: one.scaleY,
        degrees: one.degrees, centre: Double(side - 1) / 2, shiftX: one.shiftX, shiftY: one.shiftY)
      let warped = PhaseWarp.warp(
        expected.gray[...], hasData: Array(repeating: true, count: side * side), side: side, by: map,
        mirrors: false)
      var compared = 0
      for (mine, theirs) in zip(warped, one.gray) where theirs >= 0 {
        compared += 1
        if distance(Int(mine), theirs) > 1 { Issue.record("case \(number): \(mine), expected \(theirs)") }
      }
      #expect(compared > side * side / 3)
      if one.shiftX == 10, one.degrees == 0 {
        #expect(Array(warped[..<10]) == Array(repeating: LabelledPatches.noData, count: 10))
      }
    }
  }

  @Test func betweenBothSidesOfTheWrapLiesTheWrapAndNotItsOpposite() {
    // Half a pixel between 250 and 5, whose mean angle is the wrap and whose mean gray is phase 0.
    var map = PlanarMap()
    map.shiftX = 0.5
    let gray: [UInt8] = [250, 5, 250, 5]
    let warped = PhaseWarp.warp(
      gray[...], hasData: [true, true, true, true], side: 2, by: map, mirrors: false)
    #expect(warped[1] == 0 || warped[1] == 255)
  }

  @Test func noDataStaysNoDataAndIsNeverBlended() {
    let side = 30
    var gray = [UInt8](repeating: 200, count: side * side)
    for index in 0..<(side * 10) { gray[index] = LabelledPatches.noData }
    let hasData = NoDataRegions.mask(of: gray[...], side: side).map { !$0 }
    let map = PlanarMap(
      flipsHorizontally: false, flipsVertically: false, scaleX: 1.1, scaleY: 0.9, degrees: 22.5, centre: 14.5,
      shiftX: 0, shiftY: 0)
    let warped = PhaseWarp.warp(gray[...], hasData: hasData, side: side, by: map, mirrors: true)
    #expect(Set(warped) == [200, LabelledPatches.noData])
    let missing = warped.count { $0 == LabelledPatches.noData }
    #expect(missing > 150 && missing < 450)
  }

  private func set(side: Int = 48, deforming: Int = 3, quiet: Int = 20) throws -> LabelledPatches {
    let count = deforming + quiet
    var gray: [UInt8] = []
    for patch in 0..<count {
      for pixel in 0..<(side * side) {
        gray.append(pixel < 2 * side ? 128 : UInt8((pixel * (patch + 3) / 7 + pixel / side) % 256))
      }
    }
    let box = PatchBox(centreRow: 20, centreColumn: 30, halfHeight: 6, halfWidth: 4)
    return try LabelledPatches(
      side: side, gray: gray, deforms: (0..<count).map { $0 < deforming },
      isHardNegative: (0..<count).map { $0 >= deforming && $0 < deforming + 5 },
      places: (0..<count).map { "place \($0 % 4)" }, boxes: (0..<count).map { $0 < deforming ? box : nil })
  }

  @Test func equalSeedsMakeEqualPatchesAndOthersOthers() throws {
    let patches = try set()
    let one = PatchAugmenter(patches, seed: 4)
    let same = PatchAugmenter(patches, seed: 4)
    let other = PatchAugmenter(patches, seed: 5)
    #expect(one.balanced(perClass: 6, epoch: 2) == same.balanced(perClass: 6, epoch: 2))
    #expect(one.balanced(perClass: 6, epoch: 2) != one.balanced(perClass: 6, epoch: 3))
    #expect(one.balanced(perClass: 6, epoch: 2) != other.balanced(perClass: 6, epoch: 2))
  }

  @Test func classesAreBalancedAndEveryPatchComesUpBeforeAnyComesUpAgain() throws {
    let augmenter = PatchAugmenter(try set(), augmentation: .none, seed: 1)
    let order = augmenter.balancedOrder(perClass: 20, epoch: 0)
    let counts = Dictionary(order.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(order.count == 40 && (0..<3).allSatisfy { (6...7).contains(counts[$0] ?? 0) })
    #expect((3..<23).allSatisfy { counts[$0] == 1 })
    let hard = augmenter.balancedOrder(perClass: 20, hardFraction: 0.5, epoch: 0)
    #expect(hard.count { (3..<8).contains($0) } == 10)
    #expect(augmenter.balanced(perClass: 20, epoch: 0).deformingCount == 20)
  }

  @Test func nothingAtAllChangesNothing() throws {
    let patches = try set()
    let augmenter = PatchAugmenter(patches, augmentation: .none, seed: 9)
    for patch in 0..<patches.count {
      let (gray, hasData, box) = augmenter.changed(patch, copy: 7)
      #expect(gray == Array(patches.gray(of: patch)) && box == patches.boxes[patch])
      #expect(hasData == patches.hasData(of: patch))
    }
  }

  @Test func offsetAndSignMoveEveryPhaseAlikeAndLeaveNoDataAlone() throws {
    let patches = try set()
    var augmentation = Augmentation.none
    (augmentation.offsetsPhase, augmentation.reversesSign) = (true, true)
    let augmenter = PatchAugmenter(patches, augmentation: augmentation, seed: 3)
    let before = Array(patches.gray(of: 0))
    var signs: Set<Int> = []
    for copy in 0..<12 {
      let after = augmenter.changed(0, copy: copy).gray
      #expect(after[..<96].allSatisfy { $0 == LabelledPatches.noData })
      let pixels = 96..<before.count
      let isSame = pixels.allSatisfy {
        distance(Int(after[$0]) - Int(before[$0]), Int(after[96]) - Int(before[96])) <= 1
      }
      let isTurned = pixels.allSatisfy {
        distance(Int(after[$0]) + Int(before[$0]), Int(after[96]) + Int(before[96])) <= 1
      }
      #expect(isSame != isTurned)
      signs.insert(isSame ? 1 : -1)
    }
    #expect(signs == [1, -1])
  }

  @Test func boxesGoWithTheirPatternsAndStayInsideByHalf() throws {
    var augmentation = Augmentation.none
    (augmentation.farthestShift, augmentation.flips, augmentation.angles) = (40, true, [0, 90])
    augmentation.mirrorFraction = 0
    // The pattern is the one gray that nothing else has.
    var gray = [UInt8](repeating: 10, count: 48 * 48)
    for row in 14...26 { for column in 26...34 { gray[row * 48 + column] = 60 } }
    let box = PatchBox(centreRow: 20, centreColumn: 30, halfHeight: 6.5, halfWidth: 4.5)
    let one = try LabelledPatches(side: 48, gray: gray, deforms: [true], places: ["a"], boxes: [box])
    let augmenter = PatchAugmenter(one, augmentation: augmentation, seed: 2)
    var centres: Set<Float> = []
    for copy in 0..<40 {
      let (moved, _, box) = augmenter.changed(0, copy: copy)
      let mask = moved.map { $0 == 60 ? UInt8(1) : 0 }
      #expect(PatchBox(around: mask, side: 48) == box)
      #expect(mask.count { $0 == 1 } * 2 >= 13 * 9 - 13)
      centres.insert(box?.centreRow ?? -1)
    }
    #expect(centres.count > 5)
  }

  @Test func asManyPatchesAsAskedForKeepTheirNoiseUnblended() throws {
    var random = RandomStream(seed: 5, path: 1)
    let gray = (0..<48 * 48).map { _ in UInt8(Bool.random(using: &random) ? 10 : 60) }
    let one = try LabelledPatches(side: 48, gray: gray, deforms: [false], places: ["a"])
    var augmentation = Augmentation()
    (augmentation.offsetsPhase, augmentation.reversesSign, augmentation.calmFraction) = (false, false, 1)
    augmentation.movedFraction = 1
    for (fraction, expected) in [(0.0, 0...0), (0.5, 30...70), (1, 100...100)] {
      augmentation.unblendedFraction = fraction
      let augmenter = PatchAugmenter(one, augmentation: augmentation, seed: 2)
      let unblended = (0..<100).count { copy in
        augmenter.changed(0, copy: copy).gray.allSatisfy { [10, 60, LabelledPatches.noData].contains($0) }
      }
      #expect(expected.contains(unblended), "\(unblended) of 100 with a fraction of \(fraction)")
    }
  }

  @Test func patchesThatAreNotMovedKeepEveryPixelAndGoThroughAllTurns() throws {
    let gray = (0..<48 * 48).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 48 &* 11) }
    let patches = try LabelledPatches(side: 48, gray: gray + gray, deforms: [false, false], places: ["a", "b"])
    var augmentation = Augmentation()
    (augmentation.offsetsPhase, augmentation.reversesSign, augmentation.calmFraction) = (false, false, 1)
    let augmenter = PatchAugmenter(patches, augmentation: augmentation, movedFractions: [0, 1], seed: 6)
    let still = (0..<100).map { augmenter.changed(0, copy: $0).gray }
    #expect(still.allSatisfy { $0.sorted() == gray.sorted() } && Set(still).count == 8)
    // Even a moved one is as it was where every draw comes out so.
    #expect((0..<100).count { augmenter.changed(1, copy: $0).gray.sorted() == gray.sorted() } < 5)
    augmentation.movedFraction = 0.7
    let some = PatchAugmenter(patches, augmentation: augmentation, seed: 6)
    #expect((15...45).contains((0..<100).count { some.changed(0, copy: $0).gray.sorted() == gray.sorted() }))
    (augmentation.flips, augmentation.angles) = (false, [0])
    let none = PatchAugmenter(patches, augmentation: augmentation, movedFractions: [0, 0], seed: 6)
    #expect((0..<10).allSatisfy { none.changed(0, copy: $0).gray == gray })
  }

  @Test func addedDelayVariesAndHasItsAmplitude() throws {
    let flat = try LabelledPatches(
      side: 64, gray: Array(repeating: 10, count: 64 * 64), deforms: [false], places: ["a"])
    var augmentation = Augmentation.none
    (augmentation.atmosphereRadians, augmentation.calmFraction) = (0.5...0.5, 0)
    let augmenter = PatchAugmenter(flat, augmentation: augmentation, seed: 2)
    let one = augmenter.changed(0, copy: 1).gray
    #expect(one != augmenter.changed(0, copy: 2).gray && Set(one).count > 10)
  }

  @Test func anotherFringeRateWrapsUnwrappedPhaseAnew() {
    let phase: [Float] = [0, 1, 2, 3, 4, .nan]
    let doubled = PhaseWarp.wrapped(phase, fringeRate: 2)
    #expect(abs(doubled[1] - 2) < 1e-6 && abs(doubled[2] - (4 - 2 * .pi)) < 1e-6 && doubled[5].isNaN)
    #expect(PhaseWarp.wrapped(phase, fringeRate: 1)[3] == 3)
  }
}
