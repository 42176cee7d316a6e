import Foundation
import Testing

@testable import Messaging

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
    #expect(files.count == 9)
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

  @Test func aRevokedNameIsLetInNoMoreAndNeverGivenAgain() throws {
    _ = try keys.makeServer()
    for name in ["a", "b"] { try keys.makeWorker(WorkerName(name)) }
    try keys.revoke(WorkerName("a"))
    #expect(Set(AllowList(folder: keys.allowed).keys.keys) == ["b"])
    let entries = try keys.entries()
    #expect(entries.map(\.name) == ["a", "b"])
    #expect(entries.map(\.standing) == [.revoked, .allowed])
    #expect(#expect(throws: KeyFileError.self) { try keys.makeWorker(WorkerName("a")) }?.reason == .exists)
    #expect(#expect(throws: KeyFileError.self) { try keys.revoke(WorkerName("a")) }?.reason == .missing)
    #expect(#expect(throws: KeyFileError.self) { try keys.revoke(WorkerName("c")) }?.reason == .missing)
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
