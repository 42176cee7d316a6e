import Foundation
import Interferometry
import SweepRecords
import Synchronization
import Testing

@testable import Ledger

/// A ledger that coordinators on several machines take turns at, each on its own disk.
@Suite struct LedgerPlaceTests {
  private let file: LedgerFile

  init() throws {
    file = try LedgerFile()
    for name in ["run", "a", "b"] {
      try FileManager.default.createDirectory(
        atPath: "\(file.folder)/\(name)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
  }

  /// Each disk is another machine's, unless a host is named.
  private func place(_ scratch: String?, host: String? = nil) -> LedgerPlace {
    LedgerPlace(
      run: URL(fileURLWithPath: "\(file.folder)/run"),
      scratch: scratch.map { URL(fileURLWithPath: "\(file.folder)/\($0)") }, host: host ?? scratch ?? "here")
  }

  private var copy: URL { URL(fileURLWithPath: "\(file.folder)/run/ledger.sqlite") }

  /// A coordinator's start: from here on it may hand out work.
  private func begin(_ scratch: String) throws -> (ledger: Ledger, epoch: Int) {
    let ledger = try place(scratch).open()
    try ledger.bind(to: SmallSweep.identity)
    _ = try ledger.sweepID()
    let pairs = try (0..<SmallSweep.pairs).map(SmallSweep.pair)
    _ = try ledger.plan((0..<SmallSweep.stacks).map { (SmallSweep.stack($0), pairs) })
    try ledger.planUnits(size: 4)
    let epoch = try ledger.beginEpoch(host: scratch, pid: 1)
    try ledger.copyOut(to: copy)
    return (ledger, epoch)
  }

  private func done(_ ledger: Ledger) throws -> Int {
    let counts = try ledger.counts()
    return counts.planned - counts.open
  }

  @Test func whatWasHandedOverIsThereOnAnotherDisk() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.copyOut(to: copy)
    try first.close()
    let (second, next) = try begin("b")
    #expect(next == 2)
    #expect(try done(second) == 1)
    #expect(try done(Ledger(reading: copy.path)) == 1)
  }

  @Test func theSameDiskHasWhatCameAfterTheLastCopy() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.close()
    #expect(try done(Ledger(reading: copy.path)) == 0)
    let (second, next) = try begin("a")
    #expect(next == 2)
    #expect(try done(second) == 1)
  }

  @Test func aDiskThatMissedACoordinatorIsNotBelieved() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.close()
    let (second, next) = try begin("b")
    try second.write(SmallSweep.batch(1), epoch: next)
    try second.write(SmallSweep.batch(2), epoch: next)
    try second.copyOut(to: copy)
    try second.close()
    let (third, last) = try begin("a")
    #expect(last == 3)
    // What only the first disk had is done again.
    #expect(try done(third) == 2)
  }

  @Test func anOlderCoordinatorCannotPutItsCopyOverANewerOnes() throws {
    let (old, epoch) = try begin("a")
    let (new, next) = try begin("b")
    try new.write(SmallSweep.batch(1), epoch: next)
    try new.copyOut(to: copy)
    try old.write(SmallSweep.batch(0), epoch: epoch)
    let error = #expect(throws: LedgerError.self) { try old.copyOut(to: copy) }
    guard case .superseded(_, ownEpoch: 1, epoch: 2) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try done(Ledger(reading: copy.path)) == 1)
  }

  @Test func twoThatBeganAtTheSameTimeAreToldApartThoughTheirNumbersAreEqual() throws {
    let (first, _) = try begin("a")
    try first.close()
    let other = try place("b").open()
    #expect(try other.beginEpoch(host: "b", pid: 1) == 2)
    try other.close()
    let (ledger, epoch) = try begin("a")
    #expect(epoch == 2)
    try ledger.write(SmallSweep.batch(0), epoch: epoch)
    try ledger.copyOut(to: copy)
    try ledger.close()
    let (late, last) = try begin("b")
    #expect(last == 3)
    #expect(try done(late) == 1)
  }

  @Test func aNewRunFolderUnderAnOldNameBeginsAnew() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.close()
    unlink(copy.path)
    unlink("\(file.folder)/run/ledger.place")
    let (second, next) = try begin("a")
    #expect(next == 1)
    #expect(try done(second) == 0)
  }

  @Test func aCopyThatWasDeletedDoesNotTakeTheLedgerWithIt() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.close()
    unlink(copy.path)
    let (second, next) = try begin("a")
    #expect(next == 2)
    #expect(try done(second) == 1)
  }

  @Test(arguments: [nil, "b"]) func aSweepThatGoesOnElsewhereOnTheSameMachineFindsTheLedger(_ scratch: String?)
    throws
  {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.close()
    var remarks: [String] = []
    let second = try place(scratch, host: "a").open { remarks.append($0) }
    #expect(try done(second) == 1)
    #expect(remarks.count == 1 && remarks[0].contains("\(file.folder)/a/ledger.sqlite"), "\(remarks)")
    #expect(FileManager.default.fileExists(atPath: "\(file.folder)/run/ledger.place") == (scratch != nil))
    #expect(try second.beginEpoch(host: "a", pid: 1) == 2)
  }

  @Test func aSweepWithoutScratchOnAnotherMachineIsRefusedUntilTheNoteIsRemoved() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.close()
    let error = #expect(throws: LedgerError.self) { try place(nil, host: "b").open() }
    let words = "\(error.map { "\($0)" } ?? "")"
    #expect(words.contains("on a, in \(file.folder)/a/ledger.sqlite"), "\(words)")
    unlink("\(file.folder)/run/ledger.place")
    #expect(try done(place(nil, host: "b").open()) == 0)
  }

  @Test func aLedgerThatIsGoneIsNamedAndTheCopyCounts() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.copyOut(to: copy)
    try first.write(SmallSweep.batch(1), epoch: epoch)
    try first.close()
    for suffix in ["", "-wal", "-shm"] { unlink("\(file.folder)/a/ledger.sqlite\(suffix)") }
    var remarks: [String] = []
    let second = try place(nil, host: "a").open { remarks.append($0) }
    #expect(try done(second) == 1)
    #expect(remarks.count == 1 && remarks[0].contains("is gone"), "\(remarks)")
  }

  @Test func aSweepThatEndedLeavesNoNote() throws {
    let (first, _) = try begin("a")
    try first.copyOut(to: copy)
    try place("a").finish()
    #expect(!FileManager.default.fileExists(atPath: "\(file.folder)/run/ledger.place"))
  }

  @Test func aLedgerOfTheRunFolderIsTakenToTheDiskWithItsLog() throws {
    let ledger = try place(nil).open()
    try ledger.bind(to: SmallSweep.identity)
    _ = try ledger.sweepID()
    let pairs = try (0..<SmallSweep.pairs).map(SmallSweep.pair)
    _ = try ledger.plan((0..<SmallSweep.stacks).map { (SmallSweep.stack($0), pairs) })
    try ledger.planUnits(size: 4)
    let epoch = try ledger.beginEpoch(host: "run", pid: 1)
    try ledger.write(SmallSweep.batch(0), epoch: epoch)
    // Killed: what it wrote last is still in the log beside the file.
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: copy.path + suffix, toPath: "\(file.folder)/kept\(suffix)")
    }
    try ledger.close()
    for suffix in ["", "-wal", "-shm"] { unlink(copy.path + suffix) }
    for suffix in ["", "-wal"] {
      try FileManager.default.moveItem(atPath: "\(file.folder)/kept\(suffix)", toPath: copy.path + suffix)
    }
    let (next, number) = try begin("a")
    #expect(number == 2)
    #expect(try done(next) == 1)
    #expect(!FileManager.default.fileExists(atPath: copy.path + "-wal"))
  }

  private var scratchFile: String { "\(file.folder)/a/ledger.sqlite" }

  /// A coordinator on disk a that quarantined interferogram 1, closed as if it had been killed before the last copy.
  private func quarantine(copied: Bool) throws {
    let (first, epoch) = try begin("a")
    let outcome = RecordedOutcome(number: 1, outcome: .quarantined(reason: "its workers died"))
    try first.write(LedgerBatch(outcomes: [outcome]), epoch: epoch)
    if copied { try first.copyOut(to: copy) }
    try first.close()
  }

  @Test func aLedgerOfItsOwnThatIsGoneIsNamed() throws {
    let (first, epoch) = try begin("a")
    try first.write(SmallSweep.batch(0), epoch: epoch)
    try first.copyOut(to: copy)
    try first.write(SmallSweep.batch(1), epoch: epoch)
    try first.close()
    for suffix in ["", "-wal", "-shm"] { unlink(scratchFile + suffix) }
    var remarks: [String] = []
    let second = try place("a").open { remarks.append($0) }
    #expect(try done(second) == 1)
    #expect(remarks.count == 1 && remarks[0].contains("is gone"), "\(remarks)")
  }

  @Test func whatIsReleasedInTheRunFolderIsNotUndoneByALedgerThatWasLeft() throws {
    try quarantine(copied: true)
    try place("a").finish()
    #expect(FileManager.default.fileExists(atPath: scratchFile))
    #expect(try place(nil, host: "b").add { try $0.release(quarantined: nil, cause: "test") } == 1)
    let second = try place("a").open()
    #expect(try second.quarantined().isEmpty)
    try second.copyOut(to: copy)
    #expect(try Ledger(reading: copy.path).quarantined().isEmpty)
  }

  @Test func aReviewInTheRunFolderIsNotUndoneByALedgerThatWasLeft() throws {
    try quarantine(copied: true)
    try place("a").finish()
    let stack = SmallSweep.stack(0)
    let review = Review(
      interferogram: InterferogramID(volcano: stack.volcano, frame: stack.frame, pair: try SmallSweep.pair(0)),
      reviewer: "somebody", time: 1, annotation: Annotation())
    #expect(try place(nil, host: "b").add { try $0.add([review]) }.added == 1)
    let second = try place("a").open()
    #expect(try second.reviews().count == 1)
    let changes = try second.outsideChanges().count
    #expect(try second.add([review]).known == 1)
    #expect(try second.outsideChanges().count == changes)
  }

  @Test func aNoteIsAChangeWhereItSaysSomethingElse() throws {
    let ledger = try place("a").open()
    for threshold in [0.5, 0.5, 0.6, 0.6] { try ledger.keep(candidateThreshold: threshold) }
    #expect(try ledger.candidateThreshold() == 0.6)
    #expect(try ledger.outsideChanges().count == 2)
  }

  @Test func aLedgerThatIsHomeGoesFromItsDiskWhenItIsClosed() throws {
    let home = place("a")
    let ledger = try home.open()
    try ledger.bind(to: SmallSweep.identity)
    _ = try ledger.plan(SmallSweep.stack(0), pairs: [try SmallSweep.pair(0)])
    let epoch = try ledger.beginEpoch(host: "a", pid: 1)
    try ledger.write(SmallSweep.batch(0), epoch: epoch)
    // Without a copy it is all there is.
    try home.finish()
    #expect(FileManager.default.fileExists(atPath: "\(file.folder)/run/ledger.place"))
    try ledger.copyOut(to: copy)
    try home.finish()
    #expect(!FileManager.default.fileExists(atPath: "\(file.folder)/run/ledger.place"))
    // The results are made from it.
    #expect(try done(ledger) == 1)
    try ledger.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(file.folder)/a").isEmpty)
    #expect(try done(place("a").open()) == 1)
  }

  @Test func aCommandAddsToTheLedgerThatAKilledSweepLeft() throws {
    try quarantine(copied: false)
    #expect(try Ledger(reading: copy.path).quarantined().isEmpty)
    #expect(try place(nil, host: "a").add { try $0.release(quarantined: nil, cause: "test") } == 1)
    // Those who only read see it, too.
    let history = try #require(try Ledger(reading: copy.path).history(ofInterferogram: 1))
    #expect(history.withdrawals.map(\.cause) == ["test"])
    let second = try place("a").open()
    #expect(try second.quarantined().isEmpty && second.outsideChanges().count == 1)
  }

  @Test func aCommandSaysWhereALedgerIsThatItCannotAddTo() throws {
    try quarantine(copied: true)
    func words(_ host: String) throws -> String {
      let error = #expect(throws: LedgerError.self) {
        try place(nil, host: host).add { try $0.release(quarantined: nil, cause: "test") }
      }
      return "\(error.map { "\($0)" } ?? "")"
    }
    #expect(try words("b").contains("on a, in \(scratchFile)"))
    do {
      let lock = try RunLock(path: "\(file.folder)/run/coordinator.lock")
      defer { withExtendedLifetime(lock) {} }
      #expect(try words("a").contains("a running sweep keeps the ledger on a, in \(scratchFile)"))
      #expect(try place(nil, host: "a").add(hasLock: true) { try $0.quarantined() } == [1])
    }
    unlink(scratchFile)
    #expect(try words("a").contains("kept in \(scratchFile) is missing"))
    #expect(try Ledger(reading: copy.path).quarantined() == [1])
  }

  @Test func aCopyToADiskThatHangsIsGivenUp() throws {
    let (ledger, _) = try begin("a")
    unlink(copy.path)
    // Whoever opens it waits for somebody to write into it.
    #expect(mkfifo(copy.path, 0o600) == 0)
    for seconds in [0.3, 600] {
      let error = #expect(throws: LedgerError.self) { try ledger.copyOut(to: copy, withinSeconds: seconds) }
      #expect("\(error.map { "\($0)" } ?? "")".contains("All results are on this machine, in \(scratchFile)"))
    }
    for _ in 0..<1000 where ledger.lateCopy.withLock({ $0?.hasEnded == false }) {
      let writer = open(copy.path, O_WRONLY | O_NONBLOCK)
      if writer >= 0 { close(writer) }
      usleep(10_000)
    }
    unlink(copy.path)
    try ledger.copyOut(to: copy)
    #expect(try done(Ledger(reading: copy.path)) == 0)
  }
}
