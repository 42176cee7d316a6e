import Foundation
import Testing

@testable import Files

/// Files that are replaced whole, by several at once, and in folders that are not to be trusted.
@Suite final class AtomicFileTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "files-\(UUID().uuidString.prefix(8))")
  private var file: URL { folder.appending(path: "list.csv") }

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func manyWritersOfOneFileLeaveOneWholeVersionAndNothingElse() throws {
    let path = file.path
    DispatchQueue.concurrentPerform(iterations: 40) { index in
      try? AtomicFile.replace(path) { temporary in
        let text = String(repeating: "\(index % 10)", count: 50_000)
        try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
      }
    }
    let bytes = try Data(contentsOf: file)
    #expect(bytes.count == 50_000 && Set(bytes).count == 1)
    #expect(try names() == ["list.csv"])
  }

  @Test func aFileWithTheSameBytesIsLeftAlone() throws {
    #expect(try AtomicFile.update(file.path, with: Array("a".utf8)))
    var before = stat()
    stat(file.path, &before)
    #expect(try !AtomicFile.update(file.path, with: Array("a".utf8)))
    #expect(try !AtomicFile.update(file.path) { try Data("a".utf8).write(to: URL(fileURLWithPath: $0)) })
    var after = stat()
    stat(file.path, &after)
    #expect(before.st_ino == after.st_ino && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec)
    for text in ["b", "", "ab"] { #expect(try AtomicFile.update(file.path, with: Array(text.utf8)), "\(text)") }
    #expect(try names() == ["list.csv"])
  }

  @Test func aLinkIsReplacedAndNotFollowed() throws {
    let outside = folder.appending(path: "outside")
    try Data("mine".utf8).write(to: outside)
    symlink(outside.path, file.path)
    try AtomicFile.update(file.path, with: Array("mine".utf8))
    try AtomicFile.replace(file.path, with: Array("new".utf8))
    #expect(try Data(contentsOf: outside) == Data("mine".utf8))
    #expect(try Data(contentsOf: file) == Data("new".utf8))
  }

  @Test func theLongestNameThatAFileSystemTakesCanBeWritten() throws {
    let (one, other) = (String(repeating: "a", count: 254) + "1", String(repeating: "a", count: 254) + "2")
    for name in [one, other] {
      let path = folder.appending(path: name).path
      try AtomicFile.replace(path, with: Array(name.utf8))
      #expect(AtomicFile.temporaryPath(for: path).split(separator: "/").last.map { $0.utf8.count < 255 } == true)
    }
    #expect(try names() == [one, other])
    #expect(TemporaryFiles.prefix(for: one) != TemporaryFiles.prefix(for: other))
  }

  @Test func whatAKilledWriterLeftIsRemovedAndWhatARunningOneWritesIsNot() throws {
    let own = AtomicFile.temporaryPath(for: file.path)
    let other = folder.appending(path: ".list.csv.999999999-abc.partial").path
    let stranger = folder.appending(path: ".list.csv.b.999999999-abc.partial").path
    for path in [own, other, stranger] { try Data().write(to: URL(fileURLWithPath: path)) }
    TemporaryFiles.removeStale(in: folder.path, isLocked: false)
    #expect(try names().count == 3, "a young one may be another machine's")
    for path in [own, other, stranger] {
      var times = [timeval(tv_sec: time(nil) - 7200, tv_usec: 0), timeval(tv_sec: time(nil) - 7200, tv_usec: 0)]
      #expect(utimes(path, &times) == 0)
    }
    TemporaryFiles.removeStale(in: folder.path, of: "list.csv", isLocked: false)
    #expect(!FileManager.default.fileExists(atPath: other))
    #expect(FileManager.default.fileExists(atPath: own) && FileManager.default.fileExists(atPath: stranger))
    TemporaryFiles.removeStale(in: folder.path, of: "list.csv", isLocked: true)
    #expect(try names() == [".list.csv.b.999999999-abc.partial"])
  }

  @Test func aLockIsWaitedForAndNamesItsHolder() throws {
    let path = folder.appending(path: "lock").path
    var lock: FolderLock? = try FolderLock(path)
    let failure = #expect(throws: FolderLock.Failure.self) { try FolderLock(path, waitingSeconds: 0.1) }
    #expect("\(failure.map { "\($0)" } ?? "")".contains("process \(getpid())"))
    #expect(lock != nil)
    lock = nil
    _ = try FolderLock(path)
    unlink(path)
    symlink(file.path, path)
    #expect(throws: OwnFolder.Refusal.self) { try FolderLock(path) }
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }
}
