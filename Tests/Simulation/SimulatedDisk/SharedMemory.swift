import GRDBSQLite

/// The index of a WAL that connections share, with its eight locks.
final class SharedMemory {
  private var regions: [UnsafeMutableRawPointer] = []
  private var users: Set<ObjectIdentifier> = []
  private var shared: [Set<ObjectIdentifier>] = Array(repeating: [], count: Int(SQLITE_SHM_NLOCK))
  private var exclusive: [ObjectIdentifier?] = Array(repeating: nil, count: Int(SQLITE_SHM_NLOCK))

  deinit {
    for region in regions { region.deallocate() }
  }

  /// The region's memory; `nil` when it does not exist and is not to.
  func map(_ region: Int, bytes: Int, extends: Bool, for user: AnyObject) -> UnsafeMutableRawPointer? {
    users.insert(ObjectIdentifier(user))
    guard region < regions.count || extends else { return nil }
    while regions.count <= region {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
      regions.append(memory)
    }
    return regions[region]
  }

  /// Takes or gives back a run of locks; `false` when another's is in the way.
  func lock(_ slots: Range<Int>, flags: Int32, for user: AnyObject) -> Bool {
    let user = ObjectIdentifier(user)
    if flags & SQLITE_SHM_UNLOCK != 0 {
      for slot in slots {
        shared[slot].remove(user)
        if exclusive[slot] == user { exclusive[slot] = nil }
      }
      return true
    }
    let isFree = slots.allSatisfy { slot in
      guard exclusive[slot] == nil || exclusive[slot] == user else { return false }
      return flags & SQLITE_SHM_SHARED != 0 || shared[slot].subtracting([user]).isEmpty
    }
    guard isFree else { return false }
    for slot in slots {
      if flags & SQLITE_SHM_SHARED != 0 { shared[slot].insert(user) } else { exclusive[slot] = user }
    }
    return true
  }

  /// Forgets the user; the last one's leaving forgets the index, which the next one builds anew from the WAL.
  func unmap(_ user: AnyObject) {
    _ = lock(0..<Int(SQLITE_SHM_NLOCK), flags: SQLITE_SHM_UNLOCK, for: user)
    users.remove(ObjectIdentifier(user))
    guard users.isEmpty else { return }
    for region in regions { region.deallocate() }
    regions = []
  }
}
