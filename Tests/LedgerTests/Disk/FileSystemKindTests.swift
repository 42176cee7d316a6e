import Foundation
import Testing

@testable import Ledger

@Suite struct FileSystemKindTests {
  /// As a node of a cluster has it.
  private static let mounts = """
    22 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
    28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
    90 28 0:52 / /home rw,relatime shared:40 - nfs4 10.0.0.2:/home rw,vers=4.2,hard,proto=tcp
    91 28 0:53 / /work rw,flock - lustre 10.0.0.3@o2ib:/work rw
    92 28 0:300 / /data ro - fuse.sshfs me@elsewhere:/data ro
    93 28 8:17 / /mnt/usb rw - fuseblk /dev/sdb1 rw
    94 28 259:3 / /scratch rw,noatime - xfs /dev/nvme0n1p1 rw
    """

  /// As makedev(3) does it for numbers like these.
  private func device(_ major: UInt64, _ minor: UInt64) -> UInt64 {
    major << 8 | minor & 0xff | (minor & ~0xff) << 12
  }

  @Test func networkFileSystemsAreKnownByName() {
    for (minor, name) in [(52, "nfs4"), (53, "lustre"), (300, "fuse.sshfs")] as [(UInt64, String)] {
      #expect(FileSystemKind(device: device(0, minor), mounts: Self.mounts) == .network(name: name))
    }
  }

  @Test func disksOfTheMachineAreNotTakenForNetworks() {
    for (major, minor) in [(254, 1), (8, 17), (259, 3), (7, 7)] as [(UInt64, UInt64)] {
      #expect(FileSystemKind(device: device(major, minor), mounts: Self.mounts) == .local)
    }
  }

  @Test func aRealFolderIsOnSomeFileSystem() throws {
    #expect(try FileSystemKind(of: URL(fileURLWithPath: NSTemporaryDirectory())) == .local)
    #expect(throws: LedgerError.self) { try FileSystemKind(of: URL(fileURLWithPath: "/nowhere/at all")) }
  }

  @Test func theRefusalSaysWhatToDo() {
    let text = LedgerError.networkFileSystem(path: "/runs/global", kind: "lustre").description
    #expect(text.contains("/runs/global") && text.contains("lustre"))
    #expect(text.contains("--scratch FOLDER") && text.contains("--allow-network-ledger"))
  }
}
