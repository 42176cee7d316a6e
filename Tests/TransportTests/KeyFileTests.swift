import Foundation
import Testing

@testable import Transport

@Suite struct KeyFileTests {
  private let folder: PrivateFolder
  private let pair: KeyPair
  private var secret: URL { folder.url.appending(path: "a.secret") }
  private var open: URL { folder.url.appending(path: "a.public") }

  init() throws {
    folder = try PrivateFolder()
    pair = try KeyPair()
    try KeyFile.write(pair.secretKey, to: folder.url.appending(path: "a.secret"))
    try KeyFile.write(pair.publicKey, to: folder.url.appending(path: "a.public"))
  }

  private func reason(_ read: () throws -> Void) -> KeyFileError.Reason? {
    #expect(throws: KeyFileError.self) { try read() }?.reason
  }

  @Test func keysComeBackAsTheyWereWrittenInFilesOfTheOwnerAlone() throws {
    #expect(try KeyFile.readPublic(open) == pair.publicKey)
    #expect(try KeyPair(secretKey: KeyFile.readSecret(secret)).publicKey == pair.publicKey)
    for file in [secret, open] {
      #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    }
    // Nothing is left of how they were made.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 2)
  }

  @Test func aKeyIsNeverOverwritten() throws {
    #expect(reason { try KeyFile.write(KeyPair().secretKey, to: secret) } == .exists)
    #expect(try KeyPair(secretKey: KeyFile.readSecret(secret)).publicKey == pair.publicKey)
  }

  @Test func aFileThatOthersCanReadOrWriteIsRefusedAndTheErrorSaysHowToCloseIt() throws {
    for mode: mode_t in [0o640, 0o620, 0o604, 0o602, 0o644, 0o666] {
      chmod(secret.path, mode)
      let error = #expect(throws: KeyFileError.self) { try KeyFile.readSecret(secret) }
      #expect(error?.reason == .openToOthers && error?.description.contains("chmod 600") == true)
    }
    chmod(secret.path, 0o400)
    _ = try KeyFile.readSecret(secret)
  }

  @Test func aFolderThatOthersCanReadOrWriteIsRefusedForReadingAndWriting() throws {
    for mode: mode_t in [0o750, 0o770, 0o705, 0o777, 0o710] {
      chmod(folder.url.path, mode)
      let error = #expect(throws: KeyFileError.self) { try KeyFile.readSecret(secret) }
      #expect(error?.reason == .openToOthers && error?.description.contains("chmod 700") == true)
      #expect(reason { try KeyFile.write(pair.publicKey, to: folder.url.appending(path: "b")) } == .openToOthers)
    }
  }

  @Test func aFileOfAnotherUserIsRefused() throws {
    guard geteuid() == 0 else {
      print("skipped: giving a file to another user needs root")
      return
    }
    chown(secret.path, 12345, 12345)
    #expect(reason { _ = try KeyFile.readSecret(secret) } == .notOurs)
    chown(secret.path, 0, 0)
    chown(folder.url.path, 12345, 12345)
    #expect(reason { _ = try KeyFile.readSecret(secret) } == .notOurs)
    chown(folder.url.path, 0, 0)
  }

  @Test func oneHalfWhereTheOtherIsWantedIsNamed() {
    #expect(reason { _ = try KeyFile.readSecret(open) } == .wrongKey)
    #expect(reason { _ = try KeyFile.readPublic(secret) } == .wrongKey)
  }

  @Test func aMissingFileSaysWhatMakesOne() {
    let error = #expect(throws: KeyFileError.self) { try KeyFile.readSecret(folder.url.appending(path: "none")) }
    #expect(error?.reason == .missing && error?.description.contains("volcsweep keys") == true)
  }

  @Test func everyDamageIsFound() throws {
    let whole = try Data(contentsOf: open)
    for cut in 0..<whole.count - 1 {
      try whole.prefix(cut).write(to: open)
      chmod(open.path, 0o600)
      #expect(reason { _ = try KeyFile.readPublic(open) } == .damaged, "cut at \(cut)")
    }
    for byte in 0..<whole.count - 1 where whole[byte] != UInt8(ascii: " ") {
      var changed = whole
      changed[byte] ^= 1
      try changed.write(to: open)
      chmod(open.path, 0o600)
      #expect(throws: KeyFileError.self, "byte \(byte)") { try KeyFile.readPublic(open) }
    }
    for other in [Data(repeating: 0, count: 10), Data(repeating: 65, count: 100_000), Data([0xff, 0xfe])] {
      try other.write(to: open)
      chmod(open.path, 0o600)
      #expect(reason { _ = try KeyFile.readPublic(open) } == .damaged)
    }
  }

  @Test func linksPipesAndFoldersAreNoKeyFiles() throws {
    let link = folder.url.appending(path: "link.secret")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: secret)
    #expect(throws: KeyFileError.self) { try KeyFile.readSecret(link) }
    let pipe = folder.url.appending(path: "pipe.secret")
    mkfifo(pipe.path, 0o600)
    #expect(reason { _ = try KeyFile.readSecret(pipe) } == .damaged)
    #expect(throws: KeyFileError.self) { try KeyFile.readSecret(folder.url) }
  }
}
