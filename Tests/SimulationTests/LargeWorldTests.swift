import LargeSimulation
import Testing

@Suite struct LargeWorldTests {
  private func settings(seed: UInt64) -> LargeSettings {
    var settings = LargeSettings()
    settings.seed = seed
    settings.workers = 100
    settings.units = 2_000
    settings.liars = 3
    settings.poison = 5
    settings.secondsBetweenFaults = 200
    settings.lossProbability = 0.01
    return settings
  }

  @Test(arguments: 1...8) func aSmallerCrowdEndsWithEveryInterferogramInOneOutcome(seed: Int) {
    var world = LargeWorld(settings(seed: UInt64(seed)))
    let report = world.run()
    #expect(report.violations == [])
    #expect(report.quarantined == 5)
    #expect(report.fullChecks == 21)
    #expect(report.faults.count >= 9)
  }

  @Test func oneSeedIsOneWorld() {
    let reports = (0..<2).map { _ in
      var world = LargeWorld(settings(seed: 3))
      return world.run()
    }
    #expect(reports[0].events == reports[1].events)
    #expect(reports[0].virtualSeconds == reports[1].virtualSeconds)
  }
}
