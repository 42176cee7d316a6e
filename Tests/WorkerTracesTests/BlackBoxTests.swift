import Foundation
import Testing

import struct Scheduling.Lease

@testable import Messaging
@testable import WorkerTraces

@Suite(.serialized) final class BlackBoxTests {
  private let path = NSTemporaryDirectory() + "box-\(UUID().uuidString)"

  deinit {
    unlink(path)
  }

  /// A reading whose parts all follow from one number, so that a mixture of two shows.
  static func reading(_ number: UInt64) -> WorkerActivity {
    var reading = WorkerActivity(pid: getpid())
    let lease = Lease(
      epoch: Int(truncatingIfNeeded: number &+ 1), unit: number &+ 2,
      attempt: Int(UInt32(truncatingIfNeeded: number)))
    reading.lease = number % 7 == 0 ? nil : lease
    reading.stage = Volcsweep_Stage.allCases[Int(number % 6)]
    reading.interferogram = UInt32(truncatingIfNeeded: number &* 3)
    (reading.steps, reading.finishedUnits) = (number, number / 2)
    (reading.residentBytes, reading.peakResidentBytes) = (number &* 5, number &* 6)
    reading.memoryLimitBytes = number &* 7
    return reading
  }

  @Test func whatWasNotedLastIsReadBackWhole() throws {
    let box = try BlackBox(path: path)
    #expect(WorkerActivity(blackBox: path) == WorkerActivity(pid: getpid()))
    for number: UInt64 in [1, 2, 7, 12_345_678_901, UInt64.max] {
      box.note(Self.reading(number))
      #expect(WorkerActivity(blackBox: path) == Self.reading(number))
    }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func aKillAtAnyInstantLeavesOneWholeReading() async throws {
    var steps: Set<UInt64> = []
    for round in 0..<12 {
      let microseconds = UInt32.random(in: 1000...30_000)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, microseconds = microseconds as UInt32] in
        let box = try BlackBox(path: path)
        box.note(BlackBoxTests.reading(1))
        Thread {
          usleep(microseconds)
          kill(getpid(), SIGKILL)
        }.start()
        var number: UInt64 = 1
        while true {
          box.note(BlackBoxTests.reading(number))
          number += 1
        }
      }
      let reading = try #require(WorkerActivity(blackBox: path), "round \(round)")
      var expected = Self.reading(reading.steps)
      expected.pid = reading.pid
      #expect(reading == expected && reading.pid != getpid())
      steps.insert(reading.steps)
    }
    #expect(steps.count > 6, "the kills came at different instants: \(steps)")
  }

  @Test func whateverElseIsInTheFileIsNoReading() throws {
    let box = try BlackBox(path: path)
    box.note(Self.reading(5))
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<320, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes = bytes.prefix(Int.random(in: 0...330, using: &random)) }
      try bytes.write(to: URL(fileURLWithPath: path))
      guard let reading = WorkerActivity(blackBox: path) else { continue }
      // Only the process number stands alone; whoever asks compares it with the process that ended.
      let known = [Self.reading(5), WorkerActivity(pid: 0)].map { known in
        var known = known
        known.pid = reading.pid
        return known
      }
      #expect(known.contains(reading))
    }
    for contents in [Data(), Data(repeating: 0, count: 4096), Data(repeating: 0xFF, count: 4096)] {
      try contents.write(to: URL(fileURLWithPath: path))
      #expect(WorkerActivity(blackBox: path) == nil)
    }
    #expect(WorkerActivity(blackBox: path + "-missing") == nil)
    #expect(WorkerActivity(blackBox: NSTemporaryDirectory()) == nil)
  }
}
