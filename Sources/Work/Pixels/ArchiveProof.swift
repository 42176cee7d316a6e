import Foundation

/// What a worker found in the stack by which it proves that it sees the planned archive.
public struct ArchiveProof: Hashable, Sendable {
  /// The stack's identity; empty if it cannot be read.
  public var identity: Data
  /// Why it cannot be read, for logs; empty if it can.
  public var trouble: String

  public init(identity: Data, trouble: String = "") {
    self.identity = identity
    self.trouble = trouble
  }
}

/// Opens a stack of the archive on the reading thread and passes the result to the closure, on that thread.
package typealias ArchiveProver =
  @Sendable (_ stack: String, _ done: @escaping @Sendable (ArchiveProof) -> Void) -> Void
