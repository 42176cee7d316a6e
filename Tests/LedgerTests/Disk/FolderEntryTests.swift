import Foundation
import Testing

@testable import Ledger

/// That the names of a ledger and of its run folder are on the disk, too.
@Suite struct FolderEntryTests {
  @Test func theNamesOfALedgerAndItsFolderAreMadeDurable() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString.prefix(8))/deep")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    try FolderEntry.makeDurable(folder.appending(path: "ledger.sqlite").path)
    try Ledger(path: folder.appending(path: "ledger.sqlite").path).close()
  }

  @Test func aFolderThatCannotBeKeptIsNamed() {
    let error = #expect(throws: LedgerError.self) { try FolderEntry.makeDurable("/no/such/folder/ledger.sqlite") }
    #expect(error?.description.contains("/no/such/folder/ledger.sqlite: its folder") == true)
  }
}
