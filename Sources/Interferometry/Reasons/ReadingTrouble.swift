/// What kept a worker from reading an interferogram: something in the worker's surroundings and not in the pixels, so that
/// another worker, or the same one later, may read it. Messages, ledgers and result files hold the text of a case and
/// nothing else: what libraries and the system reported differs from try to try, and belongs in logs.
///
/// In ascending order of how much they report about the interferogram itself. Of several troubles with one interferogram
/// the greatest is kept, whatever the order in which they came.
public enum ReadingTrouble: String, CaseIterable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The worker does not see the archive that was planned.
  case archive = "unreadable: no worker sees the archive that was planned"
  /// Recorded by a volcsweep that kept no fixed form, or took it for a rejection.
  case earlier = "unreadable: an earlier sweep could not read it"
  case stackMissing = "unreadable: its stack is not there"
  /// A folder, a pipe or a device stands in its place.
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

/// That pixels cannot be read, with what is for logs alone.
public struct UnreadablePixels: Error, Hashable, Sendable, CustomStringConvertible {
  public let trouble: ReadingTrouble
  /// What libraries and the system reported, with paths.
  public let detail: String

  public init(_ trouble: ReadingTrouble, detail: String) {
    self.trouble = trouble
    self.detail = detail
  }

  public var description: String { "\(trouble) (\(detail))" }
}
