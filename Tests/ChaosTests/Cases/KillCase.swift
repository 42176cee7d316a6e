import Foundation
import Testing

extension Chaos {
  /// `kill -9` of workers and coordinators at random moments of one sweep, while its results are written, too.
  @Test(.named("kills")) func killedWorkersAndCoordinatorsChangeNoByte() throws {
    let chaos = try ChaosCase("kills")
    let kills = ChaosSettings.isLong ? 150 : 60
    // A kill from outside says nothing of the interferogram at hand; only so many would wrong it.
    let job = try chaos.bench.job("unit-size: 4\nscheduling:\n  losses-before-quarantine: 50")
    let arguments = ["sweep", job, "--workers", "\(ChaosSettings.workers)"]
    var sweep = try chaos.bench.start(arguments)
    let planned = chaos.baseline.results.interferograms.count
    for index in 0..<kills {
      // Some come whatever the sweep has done since the last; most wait for it to go on, or it never would.
      if !chaos.random.happens(0.2) {
        try chaos.bench.waitForOutcomes(planned * 9 / 10 * index / kills, while: sweep)
      }
      usleep(useconds_t(chaos.random.whole(0..<40_000)))
      if chaos.random.happens(0.15) {
        guard sweep.send(SIGKILL) else { break }
        chaos.count("coordinators killed")
        try sweep.wait()
        sweep = try chaos.bench.start(arguments)
      } else {
        let workers = ProcessEntry.workers(of: chaos.bench.folder)
        guard let victim = workers.randomElement(using: &chaos.random) else { continue }
        if kill(victim.pid, SIGKILL) == 0 { chaos.count("workers killed") }
      }
    }
    for _ in 0..<3 {
      try chaos.bench.waitForOutcomes(planned, while: sweep)
      usleep(useconds_t(chaos.random.whole(0..<60_000)))
      guard sweep.send(SIGKILL) else { break }
      chaos.count("coordinators killed at the end")
      try sweep.wait()
      sweep = try chaos.bench.start(arguments)
    }
    #expect(chaos.injections("workers killed") >= kills / 2)
    #expect(chaos.injections("coordinators killed") >= kills / 20)
    try chaos.expectUnharmed(try sweep.wait())
  }
}
