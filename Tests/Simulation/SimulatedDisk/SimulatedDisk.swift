import Foundation
import GRDBSQLite

/// A disk in memory that SQLite keeps files on, through a VFS of our own. What was written but not synced is held apart
/// from what is durable, so that a loss of power can drop, keep or tear any of it.
///
/// `Ledger(path: disk.path(of: "ledger.sqlite"), vfs: SimulatedDisk.vfs)`. Any number of connections of this process can be
/// open; files of one disk are in one folder.
public final class SimulatedDisk: @unchecked Sendable {
  /// The name to open databases by.
  public static var vfs: String { SimulatedVFS.name }

  /// What it was told to do wrong. Calls are counted from the disk's beginning, the first is 1.
  public struct Faults: Sendable {
    /// Writes that would make a file longer fail with SQLITE_FULL.
    public var isFull = false
    /// Writes that would make this file longer do so as well: another took the room that was left.
    public var cramped: String?
    /// Every write, truncation and creation fails, as after a read-only remount.
    public var isReadOnly = false
    /// Syncs that fail, by their number; what they were to make durable stays unsynced.
    public var failedSyncs: Set<Int> = []
    /// Writes that fail, by their number.
    public var failedWrites: Set<Int> = []
    /// The change (write, sync, truncation, creation or deletion) that the power is lost before, by its number.
    public var powerLossAtChange: Int?

    public init() {}
  }

  /// How often the disk was asked to change something.
  public struct Calls: Hashable, Sendable {
    public var writes = 0
    public var syncs = 0
    /// Writes, syncs, truncations, creations and deletions together.
    public var changes = 0
  }

  let number: Int
  private let lock = NSRecursiveLock()
  private var storedFaults = Faults()
  private var storedCalls = Calls()
  private var storedObserver: ((SimulatedDisk) -> Void)?
  var folder = SimulatedFolder()
  /// Raised by every crash: files opened before it answer nothing any more.
  var generation = 0
  var hasPower = true

  public init() {
    number = SimulatedVFS.nextNumber()
    SimulatedVFS.add(self)
  }

  deinit {
    SimulatedVFS.remove(number)
  }

  /// The full path of a file of this disk.
  public func path(of name: String) -> String { "/simulated-disk-\(number)/\(name)" }

  public var faults: Faults {
    get { locked { storedFaults } }
    set { locked { storedFaults = newValue } }
  }

  public var calls: Calls { locked { storedCalls } }

  /// Called before each change is made, on the thread that asks for it; it may copy the disk.
  public var beforeChange: ((SimulatedDisk) -> Void)? {
    get { locked { storedObserver } }
    set { locked { storedObserver = newValue } }
  }

  func locked<Value>(_ body: () throws -> Value) rethrows -> Value {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  /// The kinds of change that faults tell apart.
  enum Change {
    case write(SimulatedInode, grows: Bool)
    case sync
    case other
  }

  /// Counts a change and says what is to go wrong with it: an SQLite error code, or SQLITE_OK.
  func admit(_ change: Change) -> Int32 {
    guard hasPower else { return SQLITE_IOERR }
    storedObserver?(self)
    storedCalls.changes += 1
    if storedCalls.changes == storedFaults.powerLossAtChange {
      hasPower = false
      return SQLITE_IOERR
    }
    switch change {
    case .write(let inode, let grows):
      storedCalls.writes += 1
      if storedFaults.failedWrites.contains(storedCalls.writes) { return SimulatedVFS.writeError }
      if storedFaults.isReadOnly { return SimulatedVFS.writeError }
      let isCramped = storedFaults.cramped.map { folder.inode($0) === inode } ?? false
      return grows && (storedFaults.isFull || isCramped) ? SQLITE_FULL : SQLITE_OK
    case .sync:
      storedCalls.syncs += 1
      return storedFaults.failedSyncs.contains(storedCalls.syncs) ? SimulatedVFS.syncError : SQLITE_OK
    case .other: return storedFaults.isReadOnly ? SimulatedVFS.writeError : SQLITE_OK
    }
  }

  /// An independent disk with the same files, durable and not. Open files, faults and counts do not come with it.
  public func copy() -> SimulatedDisk {
    let copy = SimulatedDisk()
    locked { copy.folder = folder.copy() }
    return copy
  }
}
