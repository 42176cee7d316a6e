import Foundation
import Synchronization
import Testing

@testable import Transport

@Suite struct KeyFolderTests {
  private let parent: PrivateFolder
  private let keys: KeyFolder

  init() throws {
    parent = try PrivateFolder()
    keys = KeyFolder(parent.url.appending(path: "keys"))
  }

  @Test func aWorkersFolderHoldsAllThatItNeedsAndNothingOfTheCoordinators() throws {
    #expect(try keys.makeServer())
    try keys.makeWorker(WorkerName("node17"))
    let folder = keys.workerFolder(try WorkerName("node17"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
        "server.public", "worker.secret",
      ])
    let worker = try WorkerKeys(folder: folder)
    #expect(try worker.server == keys.serverKeys().publicKey)
    #expect(AllowList(folder: keys.allowed).keys == ["node17": worker.pair.publicKey])
  }

  @Test func everythingIsTheOwnersAlone() throws {
    _ = try keys.makeServer()
    try keys.makeWorker(WorkerName("a"))
    let files = try FileManager.default.subpathsOfDirectory(atPath: keys.url.path)
    #expect(files.count == 10)
    for file in files + [""] {
      var status = stat()
      #expect(stat(keys.url.appending(path: file).path, &status) == 0)
      #expect(status.st_mode & 0o077 == 0, "\(file)")
    }
  }

  @Test func makingAgainKeepsEveryKey() throws {
    #expect(try keys.makeServer())
    let server = try keys.serverKeys().publicKey
    try keys.makeWorker(WorkerName("a"))
    let worker = AllowList(folder: keys.allowed)
    #expect(try !keys.makeServer())
    #expect(throws: KeyFileError.self) { try keys.makeWorker(WorkerName("a")) }
    #expect(try keys.serverKeys().publicKey == server)
    #expect(AllowList(folder: keys.allowed) == worker)
  }

  @Test func aPairThatWasInterruptedIsFinishedNotReplaced() throws {
    _ = try keys.makeServer()
    let server = try keys.serverKeys().publicKey
    try FileManager.default.removeItem(at: keys.url.appending(path: "server.public"))
    #expect(try !keys.makeServer())
    #expect(try keys.serverKeys().publicKey == server)
  }

  @Test func halvesOfTwoPairsAreRefused() throws {
    _ = try keys.makeServer()
    let open = keys.url.appending(path: "server.public")
    try FileManager.default.removeItem(at: open)
    try KeyFile.write(KeyPair().publicKey, to: open)
    #expect(#expect(throws: KeyFileError.self) { try keys.serverKeys() }?.reason == .wrongKey)
  }

  @Test func aRevokedNameIsRejectedAndNeverGivenAgain() throws {
    _ = try keys.makeServer()
    for name in ["a", "b"] { try keys.makeWorker(WorkerName(name)) }
    try keys.revoke(WorkerName("a"))
    #expect(Set(AllowList(folder: keys.allowed).keys.keys) == ["b"])
    let entries = try keys.entries()
    #expect(entries.map(\.name) == ["a", "b"])
    #expect(entries.map(\.standing) == [.revoked, .allowed])
    #expect(#expect(throws: KeyFileError.self) { try keys.makeWorker(WorkerName("a")) }?.reason == .exists)
    #expect(try !keys.revoke(WorkerName("a")))
    #expect(#expect(throws: KeyFileError.self) { try keys.revoke(WorkerName("c")) }?.reason == .missing)
  }

  @Test(arguments: [[], ["worker.secret"], ["worker.secret", "server.public"], [".worker.secret-12-34"]])
  func whatAnInterruptedCallLeftOfAKeyIsReplaced(_ left: [String]) throws {
    _ = try keys.makeServer()
    try keys.makeWorker(WorkerName("other"))
    let folder = keys.workerFolder(try WorkerName("a"))
    mkdir(folder.path, 0o700)
    let source = keys.workerFolder(try WorkerName("other"))
    for name in left {
      let from = source.appending(path: name.hasPrefix(".") ? "worker.secret" : name)
      try FileManager.default.copyItem(at: from, to: folder.appending(path: name))
    }
    try keys.makeWorker(WorkerName("a"))
    let worker = try WorkerKeys(folder: folder)
    #expect(AllowList(folder: keys.allowed).keys["a"] == worker.pair.publicKey)
    #expect(try worker.pair.publicKey != WorkerKeys(folder: source).pair.publicKey)
    let workers = try FileManager.default.contentsOfDirectory(atPath: folder.deletingLastPathComponent().path)
    #expect(workers.sorted() == ["a", "other"])
  }

  @Test func aFolderWithOtherFilesIsNotReplaced() throws {
    _ = try keys.makeServer()
    let folder = keys.workerFolder(try WorkerName("a"))
    mkdir(folder.path, 0o700)
    try Data("mine".utf8).write(to: folder.appending(path: "notes.txt"))
    #expect(#expect(throws: KeyFileError.self) { try keys.makeWorker(WorkerName("a")) }?.reason == .exists)
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "notes.txt").path))
  }

  @Test func severalThatMakeKeysAtOnceMakeThemAll() throws {
    let keys = keys
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { index in
      do {
        _ = try keys.makeServer()
        try keys.makeWorker(WorkerName("w\(index)"))
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(AllowList(folder: keys.allowed).keys.count == 8)
  }

  @Test func keysInAFolderThatEverybodyMayWriteAreRefused() throws {
    chmod(parent.url.path, 0o777)
    #expect(#expect(throws: KeyFileError.self) { try keys.makeServer() }?.reason == .openToOthers)
    chmod(parent.url.path, 0o1777)
    #expect(try keys.makeServer())
  }

  @Test func aLinkInThePlaceOfAFolderIsRefused() throws {
    _ = try keys.makeServer()
    try FileManager.default.removeItem(at: keys.allowed)
    let elsewhere = parent.url.appending(path: "elsewhere")
    mkdir(elsewhere.path, 0o700)
    symlink(elsewhere.path, keys.allowed.path)
    #expect(throws: KeyFileError.self) { try keys.makeWorker(WorkerName("a")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path) == [])
  }

  @Test func namesThatCouldLeadElsewhereAreRefused() {
    for name in [
      "", ".", "..", "../x", "a/b", ".hidden", "-l", "a b", "ä", "a\0b", String(repeating: "a", count: 65),
    ] {
      #expect(throws: KeyFileError.self, "\(name)") { try WorkerName(name) }
    }
  }

  @Test func whatCannotBeTrustedLetsNobodyInAndIsNamed() throws {
    _ = try keys.makeServer()
    for name in ["a", "b", "c", "d"] { try keys.makeWorker(WorkerName(name)) }
    chmod(keys.allowed.appending(path: "a.public").path, 0o644)
    try Data("garbage".utf8).write(to: keys.allowed.appending(path: "b.public"))
    chmod(keys.allowed.appending(path: "b.public").path, 0o600)
    // A second name for the key of d.
    try FileManager.default.copyItem(
      at: keys.allowed.appending(path: "d.public"), to: keys.allowed.appending(path: "e.public"))
    let list = AllowList(folder: keys.allowed)
    #expect(Set(list.keys.keys) == ["c", "d"])
    #expect(list.problems.count == 3)
    chmod(keys.allowed.path, 0o777)
    let open = AllowList(folder: keys.allowed)
    #expect(open.keys.isEmpty && open.problems.count == 1)
    #expect(AllowList(folder: keys.url.appending(path: "none")).keys.isEmpty)
  }
}
