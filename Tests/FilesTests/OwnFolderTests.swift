import Foundation
import Testing

@testable import Files

/// Folders that only their owner can change.
@Suite final class OwnFolderTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "folders-\(UUID().uuidString.prefix(8))")

  init() throws {
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test(arguments: [0o777, 0o1777, 0o775, 0o770, 0o722, 0o702])
  func whatOthersMayWriteIsRefusedWithTheCommandThatClosesIt(_ mode: Int) {
    chmod(folder.path, mode_t(mode))
    let refusal = #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(folder) }
    #expect(refusal?.description.contains("chmod go-w \(folder.path)") == true)
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.make(folder) }
  }

  @Test(arguments: [0o700, 0o755, 0o750, 0o2755])
  func whatOthersMayReadAtMostPasses(_ mode: Int) throws {
    chmod(folder.path, mode_t(mode))
    try OwnFolder.check(folder)
  }

  @Test func anotherUsersFolderIsRefused() throws {
    guard geteuid() == 0 else { return }
    chown(folder.path, 12345, 12345)
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(folder) }
    let link = folder.appending(path: "link")
    symlink("/usr", link.path)
    lchown(link.path, 12345, 12345)
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(link) }
  }

  @Test func aFolderInsideIsNoLinkAndAGroupLosesItsRightToWrite() throws {
    let (inside, link) = (folder.appending(path: "results"), folder.appending(path: "link"))
    try OwnFolder.make(inside, isInside: true)
    symlink(inside.path, link.path)
    try OwnFolder.check(link)
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(inside: link) }
    chmod(inside.path, 0o775)
    try OwnFolder.check(inside: inside)
    var status = stat()
    stat(inside.path, &status)
    #expect(status.st_mode & 0o777 == 0o755)
    chmod(inside.path, 0o777)
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(inside: inside) }
  }

  @Test func aFileThatIsWrittenInPlaceIsNeitherLinkNorOneOfTwoNames() throws {
    let file = folder.appending(path: "file")
    try OwnFolder.check(file: file)
    try Data("x".utf8).write(to: file)
    try OwnFolder.check(file: file)
    let (symbolic, hard) = (folder.appending(path: "symbolic"), folder.appending(path: "hard"))
    symlink(folder.appending(path: "nowhere").path, symbolic.path)
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(file: symbolic) }
    link(file.path, hard.path)
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(file: hard) }
    #expect(throws: OwnFolder.Refusal.self) { try OwnFolder.check(file: folder) }
  }
}
