import Foundation
import GRDBSQLite

/// What SQLite does with an open file.
extension SimulatedVFS {
  nonisolated(unsafe) static let methods: UnsafePointer<sqlite3_io_methods> = {
    var table = sqlite3_io_methods()
    // The second version brings shared memory, which a WAL needs; the third would bring memory mapping.
    table.iVersion = 2
    table.xClose = { pointer in
      guard let pointer, let file = OpenFile.memory(pointer).pointee.file else { return SQLITE_OK }
      OpenFile.memory(pointer).pointee.file = nil
      file.takeRetainedValue().close()
      return SQLITE_OK
    }
    table.xRead = { SimulatedVFS.read($0, $1, Int($2), at: Int($3)) }
    table.xWrite = { SimulatedVFS.write($0, $1, Int($2), at: Int($3)) }
    table.xTruncate = { pointer, size in
      OpenFile.with(pointer) { file in
        let code = file.disk.admit(.other)
        if code == SQLITE_OK { file.inode.truncate(to: Int(size)) }
        return code
      }
    }
    table.xSync = { pointer, _ in
      OpenFile.with(pointer) { file in
        let code = file.disk.admit(.sync)
        guard code == SQLITE_OK else { return code }
        file.inode.sync()
        if file.syncsFolder { file.disk.folder.sync() }
        file.syncsFolder = false
        return SQLITE_OK
      }
    }
    table.xFileSize = { pointer, size in
      OpenFile.with(pointer) { file in
        size?.pointee = Int64(file.inode.content.count)
        return SQLITE_OK
      }
    }
    table.xLock = { pointer, level in
      OpenFile.with(pointer) { $0.inode.locks.raise($0, to: level) ? SQLITE_OK : SQLITE_BUSY }
    }
    table.xUnlock = { pointer, level in
      OpenFile.with(pointer) { file in
        file.inode.locks.lower(file, to: level)
        return SQLITE_OK
      }
    }
    table.xCheckReservedLock = { pointer, answer in
      OpenFile.with(pointer) { file in
        answer?.pointee = file.inode.locks.isReserved ? 1 : 0
        return SQLITE_OK
      }
    }
    table.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    table.xSectorSize = { _ in 4096 }
    table.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    table.xShmMap = { pointer, region, bytes, extends, target in
      OpenFile.with(pointer) { file in
        let memory = file.inode.memory.map(Int(region), bytes: Int(bytes), extends: extends != 0, for: file)
        target?.pointee = memory.map { UnsafeMutableRawPointer($0) }
        return SQLITE_OK
      }
    }
    table.xShmLock = { pointer, first, count, flags in
      OpenFile.with(pointer) { file in
        let slots = Int(first)..<Int(first + count)
        return file.inode.memory.lock(slots, flags: flags, for: file) ? SQLITE_OK : SQLITE_BUSY
      }
    }
    // Every other call takes the disk's lock, which is a barrier.
    table.xShmBarrier = { pointer in _ = OpenFile.with(pointer) { _ in SQLITE_OK } }
    table.xShmUnmap = { pointer, _ in
      OpenFile.with(pointer) { file in
        file.inode.memory.unmap(file)
        return SQLITE_OK
      }
    }
    let pointer = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    pointer.initialize(to: table)
    return UnsafePointer(pointer)
  }()

  private static func read(
    _ pointer: UnsafeMutablePointer<sqlite3_file>?, _ target: UnsafeMutableRawPointer?, _ count: Int, at offset: Int
  ) -> Int32 {
    guard let target else { return SQLITE_IOERR }
    return OpenFile.with(pointer) { file in
      let available = max(0, min(count, file.inode.content.count - offset))
      file.inode.content.withUnsafeBytes { bytes in
        if available > 0, let base = bytes.baseAddress { memcpy(target, base + offset, available) }
      }
      guard available < count else { return SQLITE_OK }
      // SQLite wants zeros behind the end.
      memset(target + available, 0, count - available)
      return shortRead
    }
  }

  private static func write(
    _ pointer: UnsafeMutablePointer<sqlite3_file>?, _ source: UnsafeRawPointer?, _ count: Int, at offset: Int
  ) -> Int32 {
    guard let source else { return SQLITE_IOERR }
    return OpenFile.with(pointer) { file in
      let code = file.disk.admit(.write(file.inode, grows: offset + count > file.inode.content.count))
      if code == SQLITE_OK { file.inode.write(UnsafeRawBufferPointer(start: source, count: count), at: offset) }
      return code
    }
  }
}
