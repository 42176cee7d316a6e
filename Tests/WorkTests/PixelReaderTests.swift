import Foundation
import Interferometry
import Messaging
import Testing
import WorkerTraces

@testable import Work

/// What is read ahead, and who is blamed where that goes wrong.
@Suite(.serialized) struct PixelReaderTests {
  private let bench: WorkBench
  private let first: Volcsweep_Assignment
  private let second: Volcsweep_Assignment

  init() throws {
    bench = try WorkBench()
    first = try bench.assignment(bench.makeStack("first", pairs: 3), unit: 1, pairs: 0..<3)
    second = try bench.assignment(bench.makeStack("second", pairs: 12), unit: 2, pairs: 0..<12)
  }

  private func waitFor(_ what: String, _ condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while !condition() {
      guard ContinuousClock.now < deadline else { throw MessageError("waited in vain until \(what)") }
      usleep(500)
    }
  }

  private func sum(_ reader: PixelReader, _ index: Int) throws -> Float {
    try reader.pixels(of: index).phase.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }
  }

  private func plainSum(_ assignment: Volcsweep_Assignment, _ index: Int) throws -> Float {
    let stack = try OpenStack(path: bench.archive.appending(path: assignment.stack).path)
    let slot = PixelSlot()
    slot.reserve(stack.grid.count)
    _ = try stack.read(assignment.interferograms[index].pair, phase: slot.phase, coherence: slot.coherence)
    return slot.phase.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }
  }

  @Test func whileTheNetworkRunsTheNextUnitIsReadAsFarAsMemoryIsKeptForIt() throws {
    let reader = try PixelReader(archive: bench.archive)
    defer { reader.stop() }
    let next = second
    reader.lookAhead { next }
    _ = try reader.begin(first, CurrentActivity(nil))
    for index in 0..<3 { #expect(try sum(reader, index) == plainSum(first, index)) }
    reader.noteStage(.network)
    // One slot still holds the last interferogram of the unit at hand.
    try waitFor("the next unit is read") { reader.countAhead == PixelReader.slotLimit - 1 }
    reader.noteStage(.merging)
    reader.end()
    _ = try reader.begin(second, CurrentActivity(nil))
    for index in 0..<12 { #expect(try sum(reader, index) == plainSum(second, index)) }
    reader.end()
  }

  @Test func aUnitThatWasReadAheadAndIsNotWantedCostsNothing() throws {
    let reader = try PixelReader(archive: bench.archive)
    defer { reader.stop() }
    let next = second
    reader.lookAhead { next }
    _ = try reader.begin(first, CurrentActivity(nil))
    reader.noteStage(.network)
    try waitFor("the next unit is read") { reader.countAhead > 2 }
    reader.end()
    var other = second
    other.lease.attempt = 7
    other.interferograms.removeFirst(5)
    _ = try reader.begin(other, CurrentActivity(nil))
    for index in 0..<7 { #expect(try sum(reader, index) == plainSum(other, index)) }
    reader.end()
    // All memory is back: the whole of it can be filled again.
    _ = try reader.begin(first, CurrentActivity(nil))
    for index in 0..<3 { _ = try reader.pixels(of: index) }
    reader.noteStage(.network)
    try waitFor("the next unit is read") { reader.countAhead == PixelReader.slotLimit - 1 }
  }

  @Test func anErrorBelongsToItsInterferogramAlone() throws {
    let reader = try PixelReader(archive: bench.archive)
    defer { reader.stop() }
    var broken = second
    broken.interferograms[4].pair = "19990101_19990113"
    _ = try reader.begin(broken, CurrentActivity(nil))
    for index in 0..<12 {
      if index == 4 {
        #expect(throws: (any Error).self) { try reader.pixels(of: index) }
      } else {
        #expect(try sum(reader, index) == plainSum(second, index))
      }
    }
    reader.end()
    var gone = first
    gone.stack = "gone.h5"
    #expect(throws: UnreadablePixels.self) { try reader.begin(gone, CurrentActivity(nil)) }
    reader.end()
    _ = try reader.begin(first, CurrentActivity(nil))
    #expect(try sum(reader, 0) == plainSum(first, 0))
  }

  #if DEBUG
    /// The network runs over the first unit when the second, read ahead, ends the process.
    @Test func aCrashWhileTheNextUnitIsReadIsNotedAsTheNextUnits() async throws {
      let box = NSTemporaryDirectory() + "box-\(UUID().uuidString)"
      defer { unlink(box) }
      let poison = "crash=\(second.stack):\(second.interferograms[2].pair)"
      await #expect(processExitsWith: .signal(SIGSEGV)) { [box = box as String, poison = poison as String] in
        setenv("VOLCSWEEP_POISON", poison, 1)
        let bench = try WorkBench()
        let first = try bench.assignment(bench.makeStack("first", pairs: 3), unit: 1, pairs: 0..<3)
        let second = try bench.assignment(bench.makeStack("second", pairs: 12), unit: 2, pairs: 0..<12)
        let currentActivity = CurrentActivity(try BlackBox(path: box))
        let reader = try PixelReader(archive: bench.archive)
        reader.lookAhead { second }
        currentActivity.begin(first.lease)
        _ = try reader.begin(first, currentActivity)
        for index in 0..<3 { _ = try reader.pixels(of: index) }
        currentActivity.step(.network, interferogram: 1)
        reader.noteStage(.network)
        while true {
          currentActivity.step(.network, interferogram: 1)
          usleep(1000)
        }
      }
      let noted = try #require(WorkerActivity(blackBox: box))
      #expect(noted.lease?.unit == 2 && noted.stage == .reading && noted.interferogram == 3)
      #expect(noted.finishedUnits == 0, "the first unit was at hand")
    }
  #endif

  @Test func whatIsReadIsNotedOnlyForAsLongAsItIsRead() throws {
    let box = NSTemporaryDirectory() + "box-\(UUID().uuidString)"
    defer { unlink(box) }
    let currentActivity = CurrentActivity(try BlackBox(path: box))
    currentActivity.begin(first.lease)
    currentActivity.step(.network, interferogram: 1)
    currentActivity.beginReading(second.lease, interferogram: 5)
    let reading = try #require(WorkerActivity(blackBox: box))
    #expect(reading.lease == second.lease && reading.stage == .reading && reading.interferogram == 5)
    #expect(
      currentActivity.now.stage == .network && currentActivity.now.lease == first.lease, "as heartbeats tell it")
    currentActivity.endReading()
    let after = try #require(WorkerActivity(blackBox: box))
    #expect(after.lease == first.lease && after.stage == .network && after.interferogram == 1)
  }
}
