import Foundation
import Scheduling

/// The stacks by which workers prove that they see the archive that was planned, with what planning found in them. A pure
/// value.
struct ArchiveProofs: Sendable {
  /// Stacks that are kept; one that is damaged meanwhile must not keep everybody out.
  static let limit = 64

  private let files: [String]
  private let identities: [String: Data]
  private var turn = 0

  /// - Parameter identities: by file name inside the archive; when they are many, some of them are taken.
  init(_ identities: [String: Data]) {
    let sorted = identities.keys.sorted()
    let step = max(1, (sorted.count + Self.limit - 1) / Self.limit)
    files = stride(from: 0, to: sorted.count, by: step).map { sorted[$0] }
    self.identities = identities
  }

  /// Picks the stack that a worker is asked for.
  ///
  /// - Parameter wanted: one that it could not read before, where that is known.
  /// - Returns: its file name; empty where none was planned.
  mutating func next(wanted: String?) -> String {
    if let wanted, identities[wanted] != nil { return wanted }
    guard !files.isEmpty else { return "" }
    defer { turn = (turn + 1) % files.count }
    return files[turn % files.count]
  }

  /// Checks a worker's proof.
  ///
  /// - Parameters:
  ///   - identity: what it found.
  ///   - trouble: why it found nothing, in its words.
  ///   - file: the stack that it was asked for; empty for none.
  ///   - path: of the archive.
  /// - Returns: what is wrong with it, in words; `nil` where nothing is.
  func problem(_ identity: Data, trouble: String, file: String, archive path: String) -> String? {
    guard let planned = identities[file], identity != planned else { return nil }
    let stack = "\(path)/\(file)"
    guard identity.isEmpty else { return "\(stack) differs from the planned stack" }
    return "\(stack) cannot be read by this worker" + (trouble.isEmpty ? "" : ": \(trouble)")
  }
}

/// Why a worker gets no units for now.
struct Blindness: Sendable {
  /// In words.
  var reason: String
  /// It is not asked again before this moment.
  var until: Instant
}
