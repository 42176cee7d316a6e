/// Why a worker could not read an interferogram, due to the worker's environment and not to the pixels:
/// another worker, or the same one later, may succeed. Messages, ledgers and result files contain only the
/// text of a case; reports of libraries and the system differ between attempts and belong in logs.
///
/// Cases are ordered by how specific they are to the interferogram. Of several problems with one
/// interferogram the greatest is kept, independent of their order.
public enum ReadingTrouble: String, CaseIterable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The worker does not see the planned archive.
  case archive = "unreadable: no worker sees the archive that was planned"
  /// Recorded by an earlier volcsweep, which kept no fixed text or recorded it as a rejection.
  case earlier = "unreadable: an earlier sweep could not read it"
  case stackMissing = "unreadable: its stack is not there"
  /// There is a folder, a pipe or a device in its place.
  case stackNotAFile = "unreadable: its stack is not a regular file"
  case stackDamaged = "unreadable: its stack cannot be opened"
  case stackChanging = "unreadable: its stack changes while it is read"
  case pixels = "unreadable: its pixels cannot be read from its stack"
  case pairMissing = "unreadable: its stack has no pair with its dates any more"
  case otherGrid = "wrong grid: its stack has another grid than when the sweep was planned"

  public var description: String { rawValue }

  public static func < (left: ReadingTrouble, right: ReadingTrouble) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Pixels cannot be read; with details for logs.
public struct UnreadablePixels: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why, as a fixed text.
  public let trouble: ReadingTrouble
  /// Reports of libraries and the system, with paths; for logs only.
  public let detail: String

  public init(_ trouble: ReadingTrouble, detail: String) {
    self.trouble = trouble
    self.detail = detail
  }

  public var description: String { "\(trouble) (\(detail))" }
}
