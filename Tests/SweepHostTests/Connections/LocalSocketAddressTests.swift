import Foundation
import Testing

@testable import SweepHost

@Suite struct LocalSocketAddressTests {
  private let long = String(repeating: "d", count: 60)

  @Test func aShortPathIsTakenAsItIs() throws {
    #expect(
      try LocalSocketAddress.address(in: URL(fileURLWithPath: "/tmp/run")) == "ipc:///tmp/run/coordinator.sock")
  }

  @Test func whereTheTemporaryFolderIsLongAsWellALinkInTmpIsMade() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(long)/\(UUID().uuidString)/\(long)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let address = try LocalSocketAddress.address(in: folder, temporaryFolders: [folder.path + "/", "/tmp"])
    let path = address.dropFirst("ipc://".count)
    #expect(path.hasPrefix("/tmp/volcsweep-") && path.utf8.count <= 107)
    let link = String(path.dropLast("/coordinator.sock".count))
    defer { unlink(link) }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == folder.path)
  }

  @Test func whereNoLinkCanBeMadeTheMessageLeadsToTMPDIR() throws {
    let run = URL(fileURLWithPath: "/tmp/\(long)/\(long)")
    let error = #expect(throws: SweepSession.Failure.self) {
      try LocalSocketAddress.address(in: run, temporaryFolders: ["/tmp/\(long)/\(long)", "/proc/no such folder"])
    }
    #expect(error?.description.contains("Set TMPDIR") == true)
    #expect(error?.description.contains("/proc/no such folder") == true)
  }
}
