import Simulation
import Testing

@Suite struct WorldTests {
  @Test func oneSeedIsOneWorld() {
    for seed in [3, 11, 27] as [UInt64] {
      let reports = (0..<2).map { _ in World(seed: seed, traces: true).run() }
      #expect(reports[0].trace == reports[1].trace)
      #expect(reports[0].events == reports[1].events)
      #expect(reports[0].trace.count > 5)
    }
  }

  #if DEBUG
    /// A simulator that would not notice is worth nothing: each way to break the coordinator shows in one of the first
    /// worlds.
    @Test(arguments: Mutation.allCases) func aBrokenCoordinatorIsCaught(mutation: Mutation) {
      var campaign = Campaign(seeds: 1500, threads: 1)
      campaign.mutation = mutation
      campaign.stopsAtFirstFailure = true
      let tally = campaign.run()
      #expect(!tally.failures.isEmpty, "\(mutation) was not noticed in \(tally.worlds) worlds")
      if let failure = tally.failures.first {
        print("\(mutation) shows in world \(failure.seed): \(failure.violations.first ?? "")")
      }
    }
  #endif
}
