import Foundation
import GRDBSQLite
import Synchronization

/// The VFS that all simulated disks share: the folder in a path says which disk is meant.
enum SimulatedVFS {
  static let name = "simulated"
  static let writeError = SQLITE_IOERR | (3 << 8)
  static let syncError = SQLITE_IOERR | (4 << 8)
  static let shortRead = SQLITE_IOERR | (2 << 8)

  private struct Entry {
    weak var disk: SimulatedDisk?
  }

  private static let disks = Mutex<(next: Int, entries: [Int: Entry])>((1, [:]))

  static func nextNumber() -> Int {
    _ = isRegistered
    return disks.withLock { disks in
      defer { disks.next += 1 }
      return disks.next
    }
  }

  static func add(_ disk: SimulatedDisk) {
    disks.withLock { $0.entries[disk.number] = Entry(disk: disk) }
  }

  static func remove(_ number: Int) {
    disks.withLock { $0.entries[number] = nil }
  }

  /// The disk and the file's name on it.
  static func place(_ path: UnsafePointer<CChar>?) -> (disk: SimulatedDisk, name: String)? {
    guard let path else { return nil }
    let parts = String(cString: path).split(separator: "/")
    guard parts.count == 2, let number = parts[0].split(separator: "-").last.flatMap({ Int($0) }),
      let disk = disks.withLock({ $0.entries[number]?.disk })
    else { return nil }
    return (disk, String(parts[1]))
  }

  /// Registers it at the first use.
  private static let isRegistered: Bool = {
    let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    var table = sqlite3_vfs()
    table.iVersion = 2
    table.szOsFile = Int32(MemoryLayout<OpenFile.Memory>.size)
    table.mxPathname = 512
    table.zName = UnsafePointer(strdup(name))
    table.xOpen = { SimulatedVFS.open($1, $2, $3, $4) }
    table.xDelete = { SimulatedVFS.delete($1, $2) }
    table.xAccess = { SimulatedVFS.access($1, $3) }
    table.xFullPathname = { SimulatedVFS.fullPath($1, $2, $3) }
    table.xRandomness = { _, count, target in
      guard let target else { return 0 }
      var random = SystemRandomNumberGenerator()
      for index in 0..<Int(count) { target[index] = CChar(truncatingIfNeeded: Int(random.next() & 0xFF)) }
      return count
    }
    table.xSleep = { _, microseconds in
      usleep(UInt32(microseconds))
      return microseconds
    }
    table.xCurrentTime = { _, days in
      days?.pointee = Date().timeIntervalSince1970 / 86_400 + 2_440_587.5
      return SQLITE_OK
    }
    table.xCurrentTimeInt64 = { _, milliseconds in
      milliseconds?.pointee = Int64((Date().timeIntervalSince1970 + 210_866_760_000) * 1000)
      return SQLITE_OK
    }
    table.xGetLastError = { _, _, _ in 0 }
    vfs.initialize(to: table)
    return sqlite3_vfs_register(vfs, 0) == SQLITE_OK
  }()
}
