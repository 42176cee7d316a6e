import Foundation
import Interferometry
import Messaging
import Testing
import WorkerTraces

@testable import Work

/// Stacks that were good when the sweep was planned.
@Suite(.serialized) struct BadInputTests {
  private let bench: WorkBench
  private let computer: UnitComputer
  private let stack: String

  init() throws {
    bench = try WorkBench()
    stack = try bench.makeStack("victim", pairs: 4)
    // An archive without any stack counts as one that is away.
    try bench.makeStack("neighbour", pairs: 1)
    computer = try UnitComputer(bench.terms(), after: nil)
  }

  private var file: URL { bench.archive.appending(path: stack) }

  private func outcomes(_ pairs: Range<Int> = 0..<4) throws -> [Volcsweep_InterferogramResult] {
    computer.compute(try bench.assignment(stack, pairs: pairs), CurrentActivity(nil)) { false }.interferograms
  }

  private func expectAllUnreadable(_ trouble: ReadingTrouble, saying words: String) throws {
    let outcomes = try outcomes()
    #expect(outcomes.map(\.number) == [1, 2, 3, 4])
    for outcome in outcomes {
      #expect(outcome.rejection.isEmpty, "nothing follows from pixels that nobody saw")
      #expect(outcome.unreadable.reason == trouble.description)
      #expect(outcome.unreadable.detail.contains(words), "\(outcome)")
    }
  }

  private static func isScored(_ outcome: Volcsweep_InterferogramResult) -> Bool {
    if case .score = outcome.outcome { true } else { false }
  }

  /// The stack is open already when the harm is done, and when it is not.
  @Test(arguments: [false, true]) func aRuinedFileCostsItsInterferogramsWithTheReason(isOpen: Bool) throws {
    let bytes = try Data(contentsOf: file)
    func harm(_ change: () throws -> Void) throws {
      try? FileManager.default.removeItem(at: file)
      try bytes.write(to: file)
      if isOpen { #expect(try outcomes().allSatisfy(Self.isScored)) }
      try change()
    }
    try harm { truncate(file.path, off_t(bytes.count / 3)) }
    try expectAllUnreadable(.stackDamaged, saying: file.path)
    try harm { try Data(repeating: 0, count: bytes.count).write(to: file) }
    try expectAllUnreadable(.stackDamaged, saying: "is not a readable HDF5 file")
    try harm { truncate(file.path, 0) }
    try expectAllUnreadable(.stackDamaged, saying: "is not a readable HDF5 file")
    try harm { try FileManager.default.removeItem(at: file) }
    try expectAllUnreadable(.stackMissing, saying: "cannot be opened")
    try harm {
      try FileManager.default.removeItem(at: file)
      try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
    }
    try expectAllUnreadable(.stackNotAFile, saying: "is not a regular file")
    try harm {
      try FileManager.default.removeItem(at: file)
      #expect(mkfifo(file.path, 0o600) == 0)
    }
    try expectAllUnreadable(.stackNotAFile, saying: "is not a regular file")
    try harm { try bench.makeStack("victim", pairs: 2) }
    let rest = try outcomes()
    #expect(rest.map(Self.isScored) == [true, true, false, false])
    #expect(rest[3].unreadable.reason == ReadingTrouble.pairMissing.description)
    try harm { try bench.makeStack("victim", pairs: 4, grid: Grid(height: 240, width: 230)) }
    try expectAllUnreadable(.otherGrid, saying: "\(file.path) has 240 × 230 pixels")
  }

  @Test func aGoodFileInItsPlaceIsReopenedAndScoredByItsOwnPixels() throws {
    let before = try outcomes(0..<1)
    try bench.makeStack("victim", pairs: 6)
    let after = try outcomes(0..<6)
    #expect(after.count == 6 && after.allSatisfy(Self.isScored))
    // Bytes, because what is not known is NaN, which equals nothing.
    #expect(try after[0].score.frame() == before[0].score.frame())
  }

  @Test func anotherGridInTheMiddleOfAUnitIsNeverMixed() throws {
    // More than are read ahead.
    let count = 3 * PixelReader.slotLimit
    try bench.makeStack("victim", pairs: count)
    let assignment = try bench.assignment(stack, pairs: 0..<count)
    var asked = 0
    let result = computer.compute(assignment, CurrentActivity(nil)) {
      asked += 1
      if asked == 3 {
        _ = try? bench.makeStack("victim", pairs: count, grid: Grid(height: 240, width: 230))
      }
      return false
    }
    let outcomes = result.interferograms
    let kept = outcomes.prefix(while: Self.isScored)
    #expect(outcomes.count == count && (2...(3 + PixelReader.slotLimit)).contains(kept.count))
    for outcome in outcomes[kept.count...] {
      #expect(outcome.unreadable.reason == ReadingTrouble.otherGrid.description)
      #expect(outcome.unreadable.detail.contains("changed during the sweep, from 230 × 240"))
    }
  }

  @Test func activityIsRecordedBeforeEachStageAndClearedAfterwards() throws {
    let path = NSTemporaryDirectory() + "box-\(UUID().uuidString)"
    defer { unlink(path) }
    let currentActivity = CurrentActivity(try BlackBox(path: path))
    let assignment = try bench.assignment(stack, unit: 9, pairs: 0..<4)
    currentActivity.begin(assignment.lease)
    var seen: [String] = []
    _ = computer.compute(assignment, currentActivity) {
      let reading = WorkerActivity(blackBox: path)
      seen.append("\(reading?.lease?.unit ?? 0) \(reading?.stage ?? .idle) \(reading?.interferogram ?? 0)")
      return false
    }
    // It is asked before each interferogram, when the one before has been gated and perhaps seen by the network, and
    // one of those after it may be read.
    #expect(seen.count == 4 && seen.allSatisfy { $0.hasPrefix("9 ") && !$0.hasPrefix("9 idle") })
    #expect(seen.first?.hasPrefix("9 reading") == true)
    currentActivity.end()
    let last = try #require(WorkerActivity(blackBox: path))
    #expect(last.lease == nil && last.stage == .idle && last.finishedUnits == 1 && last.residentBytes > 1 << 20)
    #expect(last.peakResidentBytes >= last.residentBytes)
  }
}
