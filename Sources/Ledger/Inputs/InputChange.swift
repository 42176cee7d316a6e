import Foundation
import Interferometry

/// A change of an interferogram's input since it was planned or scored.
public struct InputChange: Hashable, Sendable {
  /// What changed.
  public enum Kind: Int, Hashable, Sendable {
    /// Its pixels; it is scored again.
    case pixels = 1
    /// Its stack's `dropIfgram` excludes it; it left the plan.
    case dropped = 2
    /// Its stack does not hold it any more; it left the plan.
    case gone = 3
    /// It is back in its stack; it is scored again.
    case returned = 4
    /// Its stack's file, while its pixels were never read to the end; it is tried again.
    case file = 5
    /// Its stack is another file's copy; it left the plan.
    case copy = 6

    /// Whether the interferogram leaves the plan.
    public var leavesPlan: Bool { self == .dropped || self == .gone || self == .copy }
  }

  public let kind: Kind
  /// Milliseconds since 1970.
  public let time: Int64
  /// What it was before, in words; `nil` where it had no outcome.
  public let before: String?

  public init(kind: Kind, time: Int64, before: String?) {
    self.kind = kind
    self.time = time
    self.before = before
  }
}

/// A stack's file as the plan was compared with it.
public struct StackState: Hashable, Sendable {
  /// The 32 bytes of its identity.
  public var identity: Data
  /// Size, times and inode in one text; `nil` where they cannot prove that the file stays what it was.
  public var stamp: String?

  public init(identity: Data, stamp: String?) {
    self.identity = identity
    self.stamp = stamp
  }
}

/// An interferogram of a planned stack, as a comparison with the archive needs it.
public struct PlannedInput: Hashable, Sendable {
  /// Where it stands.
  public enum Standing: Hashable, Sendable {
    case open
    /// Scored, or rejected for its pixels.
    case decided
    /// Quarantined.
    case quarantined
    /// No worker could read it.
    case unreadable
    /// It left the plan.
    case outside
  }

  public let number: Int
  public let pair: DatePair
  public let standing: Standing
  /// SHA-256 of its pixels as they were last read; `nil` where that is not known.
  public let pixelHash: Data?

  public init(number: Int, pair: DatePair, standing: Standing, pixelHash: Data?) {
    self.number = number
    self.pair = pair
    self.standing = standing
    self.pixelHash = pixelHash
  }
}
