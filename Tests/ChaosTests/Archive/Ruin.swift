import Foundation
import Interferometry

/// What may become of a stack after it was planned.
enum Ruin: CaseIterable {
  case truncated, zeroed, otherGrid, otherPairs, deleted, directory, danglingLink, silentPipe

  /// The volcano whose stack it happens to: numbers that no other has, and that are swept late.
  var volcano: Int { 90 + (Self.allCases.firstIndex(of: self) ?? 0) }

  /// Interferograms of its stack.
  static let pairs = 6

  /// What the list must give as the reason, in part.
  var reason: String {
    switch self {
    case .truncated, .zeroed, .deleted, .directory, .danglingLink, .silentPipe: "unreadable"
    case .otherGrid: "wrong grid"
    case .otherPairs: "has no pair"
    }
  }

  /// Its interferograms as the lists call them, with ``reason``.
  func excepted() throws -> [String: String] {
    try (0..<Self.pairs).reduce(into: [:]) { $0[try ChaosArchive.listed(volcano: volcano, pair: $1)] = reason }
  }

  /// Makes it so.
  func apply(to archive: ChaosArchive) throws {
    let path = archive.file(volcano).path
    let aside = try ChaosArchive(archive.folder.appending(path: "aside-\(self)"), volcanoes: 0..<0)
    defer { try? FileManager.default.removeItem(at: aside.folder) }
    let length = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    switch self {
    case .truncated: truncate(path, length / 2)
    case .zeroed:
      truncate(path, 0)
      truncate(path, length)
    case .otherGrid:
      try aside.write(volcano, pairs: Self.pairs, grid: Grid(height: 60, width: 37))
      rename(aside.file(volcano).path, path)
    case .otherPairs:
      try aside.write(
        volcano, pairs: 2 * Self.pairs,
        leavingOut: Set(try (0..<Self.pairs).map { try ChaosArchive.name(volcano: volcano, pair: $0) }))
      rename(aside.file(volcano).path, path)
    case .deleted: unlink(path)
    case .directory:
      unlink(path)
      mkdir(path, 0o700)
    case .danglingLink:
      unlink(path)
      symlink("/nowhere", path)
    case .silentPipe:
      unlink(path)
      mkfifo(path, 0o600)
    }
  }
}
