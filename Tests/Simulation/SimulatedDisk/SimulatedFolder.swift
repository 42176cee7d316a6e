import Hashing

/// The folder's entries, durable or not. As on most file systems a new or deleted name is durable after the folder is
/// synced, which SQLite does when it syncs a new journal or WAL, or asks for with a deletion.
struct SimulatedFolder {
  /// What each name may stand for after a loss of power: first what is durable, last what is so now.
  private var entries: [String: [SimulatedInode?]] = [:]

  var names: [String] { entries.filter { $0.value.last.flatMap(\.self) != nil }.keys.sorted() }

  func inode(_ name: String) -> SimulatedInode? { entries[name]?.last ?? nil }

  mutating func create(_ name: String) -> SimulatedInode {
    let inode = SimulatedInode(durable: [])
    entries[name, default: [nil]].append(inode)
    return inode
  }

  mutating func delete(_ name: String) {
    entries[name]?.append(nil)
  }

  mutating func replace(_ name: String, with inode: SimulatedInode) {
    entries[name] = [inode]
  }

  mutating func sync() {
    entries = entries.compactMapValues { history in
      guard let current = history.last, let inode = current else { return nil }
      return [inode]
    }
  }

  func copy() -> SimulatedFolder {
    var copy = self
    copy.entries = entries.mapValues { $0.map { $0?.copy() } }
    return copy
  }

  mutating func losePower(_ random: inout SplitMix64) {
    var left: [String: [SimulatedInode?]] = [:]
    for (name, history) in entries.sorted(by: { $0.key < $1.key }) {
      guard let chosen = history.randomElement(using: &random), let inode = chosen else { continue }
      left[name] = [SimulatedInode(durable: inode.afterPowerLoss(&random))]
    }
    entries = left
  }
}
