import Foundation
import Interferometry

/// A change of an interferogram's input after it was planned or scored.
public struct InputChange: Hashable, Sendable {
  /// What changed.
  public enum Kind: Int, Hashable, Sendable {
    /// Its pixels changed; it is scored again.
    case pixels = 1
    /// Its stack's `dropIfgram` now excludes it; it left the plan.
    case dropped = 2
    /// Its stack does not contain it any more; it left the plan.
    case gone = 3
    /// It is in its stack again; it is scored again.
    case returned = 4
    /// Its stack's file changed, while its pixels were never read completely; it is tried again.
    case file = 5
    /// Its stack is a copy of another file; it left the plan.
    case copy = 6

    /// Whether the interferogram leaves the plan.
    public var leavesPlan: Bool { self == .dropped || self == .gone || self == .copy }
  }

  /// What changed.
  public let kind: Kind
  /// Milliseconds since 1970.
  public let time: Int64
  /// Its previous outcome, as text; `nil` if it had none.
  public let before: String?

  public init(kind: Kind, time: Int64, before: String?) {
    self.kind = kind
    self.time = time
    self.before = before
  }
}

/// State of a stack's file when it was last compared with the plan.
public struct StackState: Hashable, Sendable {
  /// The 32 bytes of its `StackIdentity`.
  public var identity: Data
  /// Size, times and inode as one text; `nil` if they cannot prove that the file stays unchanged.
  public var stamp: String?

  public init(identity: Data, stamp: String?) {
    self.identity = identity
    self.stamp = stamp
  }
}

/// An interferogram of a planned stack, as needed for a comparison with the archive.
public struct PlannedInput: Hashable, Sendable {
  /// State in the plan.
  public enum Standing: Hashable, Sendable {
    /// No outcome yet.
    case open
    /// Scored, or rejected because of its pixels.
    case decided
    /// Quarantined.
    case quarantined
    /// No worker could read it.
    case unreadable
    /// Not in the plan any more.
    case outside
  }

  /// The interferogram's number in the plan.
  public let number: Int
  /// Its acquisition dates.
  public let pair: DatePair
  /// Its state in the plan.
  public let standing: Standing
  /// SHA-256 of its pixels when last read; `nil` if unknown.
  public let pixelHash: Data?

  public init(number: Int, pair: DatePair, standing: Standing, pixelHash: Data?) {
    self.number = number
    self.pair = pair
    self.standing = standing
    self.pixelHash = pixelHash
  }
}
