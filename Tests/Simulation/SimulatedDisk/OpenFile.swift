import GRDBSQLite

/// A file that a connection has open. SQLite holds it by a pointer behind its own `sqlite3_file`.
final class OpenFile {
  let disk: SimulatedDisk
  let inode: SimulatedInode
  private let generation: Int
  /// Set for new journals and WALs: their first sync makes the folder durable, too, as SQLite's Unix VFS has it.
  var syncsFolder: Bool

  init(_ inode: SimulatedInode, on disk: SimulatedDisk, syncsFolder: Bool) {
    self.disk = disk
    self.inode = inode
    self.syncsFolder = syncsFolder
    generation = disk.generation
  }

  /// What SQLite allocates for a file.
  struct Memory {
    var base: sqlite3_file
    var file: Unmanaged<OpenFile>?
  }

  static func memory(_ pointer: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<Memory> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Memory.self)
  }

  /// Runs `body` with the disk locked; SQLITE_IOERR when the file went with a crash.
  static func with(_ pointer: UnsafeMutablePointer<sqlite3_file>?, _ body: (OpenFile) -> Int32) -> Int32 {
    guard let pointer, let file = memory(pointer).pointee.file?.takeUnretainedValue() else { return SQLITE_IOERR }
    return file.disk.locked { file.isAlive ? body(file) : SQLITE_IOERR }
  }

  private var isAlive: Bool { disk.hasPower && disk.generation == generation }

  func close() {
    disk.locked {
      inode.locks.lower(self, to: SQLITE_LOCK_NONE)
      inode.memory.unmap(self)
    }
  }
}
