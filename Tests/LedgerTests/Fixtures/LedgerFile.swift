import Foundation

/// A place for a ledger that goes when the test does.
final class LedgerFile {
  let folder = NSTemporaryDirectory() + "ledger-\(UUID().uuidString)"
  var path: String { folder + "/ledger.sqlite" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }
}
