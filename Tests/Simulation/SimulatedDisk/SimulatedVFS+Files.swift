import Foundation
import GRDBSQLite

/// Opening, deleting and finding files.
extension SimulatedVFS {
  static func open(
    _ path: UnsafePointer<CChar>?, _ pointer: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
    _ granted: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let pointer else { return SQLITE_CANTOPEN }
    let memory = OpenFile.memory(pointer)
    memory.initialize(to: OpenFile.Memory(base: sqlite3_file(pMethods: nil), file: nil))
    guard path != nil else {
      // A temporary file of a sort or a statement: nobody looks for it after a crash.
      let disk = SimulatedDisk()
      let file = OpenFile(SimulatedInode(durable: []), on: disk, syncsFolder: false)
      memory.pointee = .init(base: sqlite3_file(pMethods: methods), file: .passRetained(file))
      granted?.pointee = flags
      return SQLITE_OK
    }
    guard let (disk, name) = place(path) else { return SQLITE_CANTOPEN }
    return disk.locked {
      guard disk.hasPower else { return SQLITE_CANTOPEN }
      let inode: SimulatedInode
      if let existing = disk.folder.inode(name) {
        inode = existing
      } else {
        guard flags & SQLITE_OPEN_CREATE != 0 else { return SQLITE_CANTOPEN }
        guard disk.admit(.other) == SQLITE_OK else { return SQLITE_CANTOPEN }
        inode = disk.folder.create(name)
      }
      let journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL
      let file = OpenFile(
        inode, on: disk, syncsFolder: flags & SQLITE_OPEN_CREATE != 0 && flags & journals != 0)
      memory.pointee = .init(base: sqlite3_file(pMethods: methods), file: .passRetained(file))
      granted?.pointee = flags
      return SQLITE_OK
    }
  }

  static func delete(_ path: UnsafePointer<CChar>?, _ syncsFolder: Int32) -> Int32 {
    guard let (disk, name) = place(path) else { return SQLITE_IOERR }
    return disk.locked {
      guard disk.folder.inode(name) != nil else { return SQLITE_IOERR | (23 << 8) }
      let code = disk.admit(.other)
      guard code == SQLITE_OK else { return code }
      disk.folder.delete(name)
      if syncsFolder != 0 { disk.folder.sync() }
      return SQLITE_OK
    }
  }

  static func access(_ path: UnsafePointer<CChar>?, _ found: UnsafeMutablePointer<Int32>?) -> Int32 {
    guard let (disk, name) = place(path) else { return SQLITE_IOERR }
    return disk.locked {
      guard disk.hasPower else { return SQLITE_IOERR }
      found?.pointee = disk.folder.inode(name) == nil ? 0 : 1
      return SQLITE_OK
    }
  }

  static func fullPath(
    _ path: UnsafePointer<CChar>?, _ capacity: Int32, _ target: UnsafeMutablePointer<CChar>?
  ) -> Int32 {
    guard let path, let target, strlen(path) < Int(capacity) else { return SQLITE_CANTOPEN }
    strcpy(target, path)
    return SQLITE_OK
  }
}
