import Foundation
import Interferometry
import Testing

@testable import Synthesis

@Suite struct SyntheticSceneTests {
  static func volcanoes(_ count: Int = 6, deforming: Int, acquisitions: Int = 5, size: Int = 170) throws
    -> [SyntheticVolcano]
  {
    try SyntheticVolcano.all(
      of: ArchiveRecipe(
        volcanoes: count, acquisitions: acquisitions, deforming: deforming, seed: 7, size: size))
  }

  static func interferograms(of volcano: SyntheticVolcano) -> [SyntheticInterferogram] {
    var all: [SyntheticInterferogram] = []
    SyntheticScene(of: volcano).forEachInterferogram { all.append($0) }
    return all
  }

  @Test func everyAcquisitionMakesPairsWithItsThreePredecessors() throws {
    let volcano = try #require(Self.volcanoes(1, deforming: 0, acquisitions: 6).first)
    let pairs = Self.interferograms(of: volcano).map(\.pair)
    var expected: [DatePair] = []
    for secondary in 0..<6 {
      for primary in max(0, secondary - 3)..<secondary {
        expected.append(DatePair(primary: volcano.dates[primary], secondary: volcano.dates[secondary]))
      }
    }
    #expect(pairs == expected)
    #expect(pairs.count == 12)
    #expect(Set(pairs.map(\.spanDays)) == [12, 24, 36])
  }

  @Test func signalsOfPairsThatShareDatesClose() throws {
    for volcano in try Self.volcanoes(2, deforming: 1) {
      let signals = Dictionary(
        uniqueKeysWithValues: Self.interferograms(of: volcano).map { ($0.pair, $0.signal) })
      let dates = volcano.dates
      let first = try #require(signals[DatePair(primary: dates[1], secondary: dates[2])])
      let second = try #require(signals[DatePair(primary: dates[2], secondary: dates[4])])
      let whole = try #require(signals[DatePair(primary: dates[1], secondary: dates[4])])
      var largest: Float = 0
      for index in whole.indices {
        let parts = PhaseWrapping.wrap(first[index]) + PhaseWrapping.wrap(second[index])
        largest = max(largest, abs(PhaseWrapping.wrap(parts - PhaseWrapping.wrap(whole[index]))))
      }
      #expect(largest < 1e-4)
      // Without a shared date there is no closure, so the test above can fail.
      let stranger = try #require(signals[DatePair(primary: dates[0], secondary: dates[1])])
      #expect(whole.indices.contains { abs(PhaseWrapping.wrap(stranger[$0] + second[$0] - whole[$0])) > 0.1 })
    }
  }

  @Test func deformationGrowsWithTimeToTwoOrThreeFringesInThreeRevisits() throws {
    let deforming = try Self.volcanoes(9, deforming: 5).filter { $0.deformation != nil }
    #expect(deforming.count == 5)
    for volcano in deforming {
      let found = Self.interferograms(of: volcano)
      for each in found {
        let perRevisit = -each.peakFringes * 12 / Double(each.pair.spanDays)
        #expect(perRevisit > 0.6 && perRevisit < 0.96, "\(volcano.volcano.name) \(each.pair)")
        #expect(each.signalToNoise > 1)
      }
      #expect(found.contains { $0.pair.spanDays == 36 && $0.peakFringes < -2 })
    }
  }

  @Test func quietVolcanoesShowDelaysOfAboutAFringeAtMost() throws {
    for volcano in try Self.volcanoes(6, deforming: 0, size: 340) {
      let cover = SyntheticScene(of: volcano).cover
      for each in Self.interferograms(of: volcano) {
        #expect(each.peakFringes == 0)
        #expect(each.atmosphereRadians > 0.1)
        let land = each.signal.indices.filter { cover.hasData[$0] && !cover.isSea[$0] }
        let sorted = land.map { each.signal[$0] }.sorted()
        let spread = sorted[sorted.count * 97 / 100] - sorted[sorted.count * 3 / 100]
        #expect(spread < 2 * Float.pi * 1.1, "\(volcano.volcano.name) \(each.pair)")
      }
    }
  }

  @Test func noDataIsExactlyZeroInBothRastersAndOnlyThere() throws {
    for volcano in try Self.volcanoes(3, deforming: 1) {
      let cover = SyntheticScene(of: volcano).cover
      let each = try #require(Self.interferograms(of: volcano).first)
      for index in each.phase.indices {
        #expect((each.phase[index] == 0) == !cover.hasData[index])
        #expect((each.coherence[index] == 0) == !cover.hasData[index])
      }
    }
  }

  @Test func landIsThereForEveryVolcanoAndSeaWhereItsSettingSaysSo() throws {
    for volcano in try Self.volcanoes(3, deforming: 0, size: 560) {
      let cover = SyntheticScene(of: volcano).cover
      let sea = Double(cover.isSea.count { $0 }) / Double(volcano.grid.count)
      switch volcano.setting {
      case .inland: #expect(sea < 0.02)
      case .coast: #expect(sea > 0.03 && sea < 0.75)
      case .island: #expect(sea > 0.3 && sea < 0.95)
      }
    }
  }

  @Test func seaHasUniformPhaseAndNoCoherenceAndLandMostlyHasSome() throws {
    let island = try #require(try Self.volcanoes(9, deforming: 0, size: 340).first { $0.setting == .island })
    let cover = SyntheticScene(of: island).cover
    let each = try #require(Self.interferograms(of: island).first)
    let sea = each.phase.indices.filter { cover.isSea[$0] && cover.hasData[$0] }
    let land = each.phase.indices.filter { !cover.isSea[$0] && cover.hasData[$0] }
    #expect(sea.count > 1000 && land.count > 1000)
    let quarters = (0..<4).map { quarter in
      sea.count { Int((each.phase[$0] / Float.pi + 1) * 2).clamped(to: 0...3) == quarter }
    }
    for quarter in quarters { #expect(abs(Double(quarter) / Double(sea.count) - 0.25) < 0.02) }
    let seaCoherence = sea.reduce(0) { $0 + Int(each.coherence[$1]) } / sea.count
    let landCoherence = land.reduce(0) { $0 + Int(each.coherence[$1]) } / land.count
    #expect(seaCoherence < 20)
    #expect(landCoherence > 100)
    #expect(land.contains { each.coherence[$0] < 60 }, "no decorrelated ground")
  }

  @Test func framesDoNotReachEachOthersVolcanoes() throws {
    let all = try Self.volcanoes(300, deforming: 10, acquisitions: 2, size: 1500)
    #expect(Set(all.map(\.frame)).count == 300)
    #expect(Set(all.map(\.volcano.key)).count == 300)
    for volcano in all {
      for other in all where other.frame != volcano.frame {
        let column = volcano.geoTransform.column(atLongitude: other.volcano.longitudeDegrees)
        let row = volcano.geoTransform.row(atLatitude: other.volcano.latitudeDegrees)
        #expect(!((0..<1500).contains(column) && (0..<1500).contains(row)))
      }
    }
  }
}

extension Int {
  fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
