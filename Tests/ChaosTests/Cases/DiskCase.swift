import Foundation
import Testing

extension Chaos {
  /// A disk that is full for a while, again and again.
  @Test(.named("full-disk")) func aFullDiskStopsASweepAtMostUntilThereIsRoomAgain() throws {
    let chaos = try ChaosCase("full-disk")
    let disk: SmallDisk
    do {
      disk = try SmallDisk(at: chaos.bench.run, megabytes: ChaosSettings.isLong ? 48 : 24)
    } catch let error as NotPossible {
      return print("skipped: \(error)")
    }
    let arguments = ["sweep", try chaos.bench.job("unit-size: 4"), "--workers", "\(ChaosSettings.workers)"]
    var sweep = try chaos.bench.start(arguments)
    let planned = chaos.baseline.results.interferograms.count
    let rounds = ChaosSettings.isLong ? 8 : 2
    for round in 0..<rounds {
      try chaos.bench.waitForOutcomes(planned * (2 * round + 1) / (2 * rounds + 1), while: sweep)
      try disk.fill()
      chaos.count("full disks")
      try chaos.waitUntilStuck(sweep)
      disk.free()
      guard !sweep.isRunning else { continue }
      #expect(sweep.ending == .exited(1), "\(chaos.bench.tail(of: chaos.bench.errors))")
      #expect(chaos.bench.tail(of: chaos.bench.errors).contains("full"))
      sweep = try chaos.bench.start(arguments)
    }
    try chaos.expectUnharmed(try sweep.wait())
    try reduceOnAFullDisk(chaos, disk)
  }

  private func reduceOnAFullDisk(_ chaos: ChaosCase, _ disk: SmallDisk) throws {
    let before = try chaos.bench.results().files
    try disk.fill()
    chaos.count("full disks")
    // Files that would have the same bytes are not written, so other lists are asked for.
    let reduction = ["reduce", chaos.bench.run.path, "--threshold", "0.01"]
    #expect(try chaos.bench.start(reduction).wait() == .exited(1))
    #expect(chaos.bench.tail(of: chaos.bench.errors).contains("the disk is full"))
    #expect(try chaos.bench.results().files == before)
    disk.free()
    #expect(try chaos.bench.start(["reduce", chaos.bench.run.path]).wait() == .exited(0))
    #expect(try chaos.bench.results().files == before)
  }

  /// A disk that fails: the kernel takes no more writes until it was mounted anew.
  @Test(.named("read-only-disk")) func aSweepWhoseDiskBecameReadOnlyGoesOnWhereItWas() throws {
    let chaos = try ChaosCase("read-only-disk")
    let rounds = ChaosSettings.isLong ? 6 : 2
    do {
      let image = chaos.bench.folder.appending(path: "disk.image")
      let disk = try FailingDisk(at: chaos.bench.run, image: image, megabytes: 48)
      let arguments = ["sweep", try chaos.bench.job("unit-size: 4"), "--workers", "\(ChaosSettings.workers)"]
      let planned = chaos.baseline.results.interferograms.count
      for round in 0..<rounds {
        let sweep = try chaos.bench.start(arguments)
        try chaos.bench.waitForOutcomes(planned * (round + 1) / (rounds + 2), while: sweep)
        try disk.fail()
        chaos.count("failed disks")
        try chaos.waitUntilStuck(sweep)
        // There is no going on without the disk: whoever waits for it is told to end.
        if sweep.send(SIGTERM) { try sweep.wait(within: 120) }
        try until("no worker holds the disk") { ProcessEntry.workers(of: chaos.bench.folder).isEmpty }
        try disk.repair()
      }
      try chaos.expectUnharmed(try chaos.bench.start(arguments).wait())
    } catch let error as NotPossible {
      print("skipped: \(error)")
    }
  }

  /// What a power cut may leave of the newest writes: a write-ahead log that ends early or in zeros.
  @Test(.named("damaged-log")) func aDamagedTailOfTheLedgersLogCostsNoMoreThanWorkDoneTwice() throws {
    let chaos = try ChaosCase("damaged-log")
    let arguments = ["sweep", try chaos.bench.job("unit-size: 4"), "--workers", "\(ChaosSettings.workers)"]
    let planned = chaos.baseline.results.interferograms.count
    let rounds = ChaosSettings.isLong ? 16 : 4
    for round in 0..<rounds {
      let sweep = try chaos.bench.start(arguments)
      try chaos.bench.waitForOutcomes(planned * (round + 1) / (rounds + 2), while: sweep)
      sweep.send(SIGKILL)
      try sweep.wait()
      try damageLog(chaos, zeros: round % 2 == 1)
    }
    try chaos.expectUnharmed(try chaos.bench.start(arguments).wait())
  }

  private func damageLog(_ chaos: ChaosCase, zeros: Bool) throws {
    let path = chaos.bench.ledger.path + "-wal"
    let length = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    #expect(length > 0, "a killed coordinator leaves its log")
    let damaged = chaos.random.whole(1..<max(2, min(length, 200_000)))
    #expect(truncate(path, length - damaged) == 0)
    if zeros { #expect(truncate(path, length) == 0) }
    chaos.count(zeros ? "zero-filled tails" : "truncated tails")
  }
}

extension ChaosCase {
  /// Blocks until a sweep has ended, or has got nothing done for a while.
  func waitUntilStuck(_ sweep: Program) throws {
    var done = -1
    var changedAt = ContinuousClock.now
    try until("the sweep cannot go on") {
      let now = bench.ledger.counts?.done ?? done
      if now != done { (done, changedAt) = (now, .now) }
      return !sweep.isRunning || ContinuousClock.now - changedAt > .seconds(4)
    }
  }
}
