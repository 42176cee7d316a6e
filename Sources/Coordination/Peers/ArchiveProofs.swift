import Scheduling

import struct Foundation.Data

/// The stacks by which workers prove that they see the archive that was planned, with what planning found in them.
/// A pure value.
struct ArchiveProofs: Sendable {
  /// Number of stacks kept; with several, one that is damaged later does not lock out all workers.
  static let limit = 64

  private let files: [String]
  private let identities: [String: Data]
  private var turn = 0

  /// - Parameter identities: stack identities by file name in the archive; if there are many, a selection is
  ///   used.
  init(_ identities: [String: Data]) {
    let sorted = identities.keys.sorted()
    let step = max(1, (sorted.count + Self.limit - 1) / Self.limit)
    files = stride(from: 0, to: sorted.count, by: step).map { sorted[$0] }
    self.identities = identities
  }

  /// Chooses the stack to request from a worker.
  ///
  /// - Parameter wanted: a stack that the worker could not read before, if known.
  /// - Returns: its file name; empty if no stack was planned.
  mutating func next(wanted: String?) -> String {
    if let wanted, identities[wanted] != nil { return wanted }
    guard !files.isEmpty else { return "" }
    defer { turn = (turn + 1) % files.count }
    return files[turn % files.count]
  }

  /// Checks a worker's proof.
  ///
  /// - Parameters:
  ///   - identity: the identity that the worker found.
  ///   - trouble: the worker's reason for finding none.
  ///   - file: the stack requested; empty for none.
  ///   - path: path of the archive.
  /// - Returns: what is wrong with the proof, as text; `nil` if it is valid.
  func problem(_ identity: Data, trouble: String, file: String, archive path: String) -> String? {
    guard let planned = identities[file], identity != planned else { return nil }
    let stack = "\(path)/\(file)"
    guard identity.isEmpty else { return "\(stack) differs from the planned stack" }
    return "\(stack) cannot be read by this worker" + (trouble.isEmpty ? "" : ": \(trouble)")
  }
}

/// Why a worker gets no units at present.
struct Blindness: Sendable {
  /// For messages.
  var reason: String
  /// The worker is not asked again before this moment.
  var until: Instant
}
