import Files
import Foundation
import Testing

@testable import RasterIO

/// Another process that locks one byte of a file as the archive's lock does, until its input ends.
private final class OtherProcess {
  private let process = Process()
  private let input = Pipe()
  var id: Int32 { process.processIdentifier }

  init(lockFile: String, offset: Int64, exclusive: Bool) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      """
      import fcntl, sys
      file = open(sys.argv[1], "r+b" if sys.argv[3] == "1" else "rb")
      kind = fcntl.LOCK_EX if sys.argv[3] == "1" else fcntl.LOCK_SH
      fcntl.lockf(file, kind, 1, int(sys.argv[2]))
      print("locked", flush=True)
      sys.stdin.read()
      """, lockFile, String(offset), exclusive ? "1" : "0",
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    _ = output.fileHandleForReading.availableData
  }

  func end() throws {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

@Suite struct ArchiveLockTests {
  let folder: ScratchFolder
  let stack = "sierra_negra_106A_09048_000909.h5"
  init() throws { folder = try ScratchFolder() }

  private func other(exclusive: Bool) throws -> OtherProcess {
    try OtherProcess(
      lockFile: folder.path(ArchiveLock.fileName), offset: ArchiveLock.byteOffset(ofStack: stack),
      exclusive: exclusive)
  }

  @Test func aReaderExcludesAWriterByItsProcessIDAndNotAnotherReader() throws {
    let lock = try ArchiveLock(archive: folder.url)
    let reader = try other(exclusive: false)
    try lock.lock(stack: stack, for: .reading)
    let conflict = #expect(throws: ArchiveLock.Conflict.self) { try lock.lock(stack: stack, for: .writing) }
    #expect(conflict?.processID == reader.id)
    #expect(conflict?.description.contains("\(stack): is being read by a sweep (process \(reader.id))") == true)
    try lock.lock(stack: "another.h5", for: .writing)
    try reader.end()
    try lock.lock(stack: stack, for: .writing)
  }

  @Test func aWriterExcludesReadersUntilItEnds() throws {
    let lock = try ArchiveLock(archive: folder.url)
    let writer = try other(exclusive: true)
    let conflict = #expect(throws: ArchiveLock.Conflict.self) { try lock.lock(stack: stack, for: .reading) }
    #expect(conflict?.holderWrites == true)
    try writer.end()
    try lock.lock(stack: stack, for: .reading)
  }

  @Test func whatIsLockedHereIsRefusedElsewhereUntilUnlocked() throws {
    let lock = try ArchiveLock(archive: folder.url)
    try lock.lock(stack: stack, for: .writing)
    func elsewhere() throws -> Int32 {
      try runProgram([
        "python3", "-c",
        "import fcntl,sys; fcntl.lockf(open(sys.argv[1],'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[2]))",
        folder.path(ArchiveLock.fileName), String(ArchiveLock.byteOffset(ofStack: stack)),
      ]).status
    }
    #expect(try elsewhere() != 0)
    lock.unlock(stack: stack)
    #expect(try elsewhere() == 0)
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let error = #expect(throws: FileError.self) {
      try ArchiveLock(archive: folder.url.appendingPathComponent("none"))
    }
    #expect(error?.file.contains("/none/") == true)
  }
}
