import Foundation
import Testing

extension Chaos {
  /// Workers and coordinators that stand still for longer than anybody waits for them, and then go on.
  @Test(.named("stops")) func whatWasStoppedForLongIsCountedOnceOrDropped() throws {
    let chaos = try ChaosCase("stops")
    let silence = 1.0
    let job = try chaos.bench.job(
      """
      unit-size: 4
      scheduling:
        heartbeat-seconds: 0.2
        silence-seconds: \(silence)
        losses-before-quarantine: 50
      """)
    let sweep = try chaos.bench.start(["sweep", job, "--verbose", "--workers", "\(ChaosSettings.workers)"])
    let planned = chaos.baseline.results.interferograms.count
    let rounds = ChaosSettings.isLong ? 12 : 4
    for round in 0..<rounds {
      // Those that are not stopped go on meanwhile.
      try chaos.bench.waitForOutcomes(planned * 6 / 10 * round / rounds, while: sweep)
      let workers = ProcessEntry.workers(of: chaos.bench.folder)
      let stopped = workers.shuffled(using: &chaos.random).prefix(1 + chaos.random.whole(0..<6))
      for worker in stopped where kill(worker.pid, SIGSTOP) == 0 { chaos.count("workers stopped") }
      let stopsCoordinator = round % 2 == 1
      if stopsCoordinator {
        sweep.send(SIGSTOP)
        chaos.count("coordinators stopped")
      }
      // The wait is what is tested: it must be longer than the limit, and is.
      usleep(useconds_t((silence + chaos.random.seconds(0.5...1.5)) * 1_000_000))
      if stopsCoordinator { sweep.send(SIGCONT) }
      for worker in stopped where worker.isAlive { kill(worker.pid, SIGCONT) }
    }
    try chaos.expectUnharmed(try sweep.wait())
  }
}
