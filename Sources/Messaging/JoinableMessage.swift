import Foundation
import SwiftProtobuf

/// A message type of which several consecutive ones to one peer may share a frame.
public protocol JoinableMessage: SwiftProtobuf.Message {
  /// The content of a message that can share a frame.
  associatedtype Part: SwiftProtobuf.Message

  /// Its content if it may share a frame; `nil` if it must be sent alone.
  var part: Part? { get }
  /// The encoded contents of a frame with several messages; `nil` for a single message.
  var parts: [Data]? { get }

  /// A single message with this content.
  init(part: Part)
  /// A frame with several messages.
  init(joining parts: [Data])
}

/// Limits of frames with several messages.
enum JoinedFrames {
  /// Messages per frame; frames with more are rejected.
  static let maximumMessages = 256
  /// Size of such a frame, bytes; a longer message is sent alone.
  static let fullBytes = 128 << 10
}

extension JoinableMessage {
  /// Frames for messages to one peer, in order, each with the number of messages in it.
  ///
  /// - Throws: ``MessageError`` if one cannot be encoded, which only an overlong field causes.
  public static func frames(of messages: [Self]) throws(MessageError) -> [(frame: [UInt8], messages: Int)] {
    var frames: [(frame: [UInt8], messages: Int)] = []
    var rest = messages[...]
    while let first = rest.first {
      let parts = rest.dropFirst().first?.part == nil ? [] : try joinedParts(rest)
      frames.append(parts.count > 1 ? (try Self(joining: parts).frame(), parts.count) : (try first.frame(), 1))
      rest = rest.dropFirst(max(1, parts.count))
    }
    return frames
  }

  /// Contents of the leading messages that may share a frame.
  private static func joinedParts(_ messages: ArraySlice<Self>) throws(MessageError) -> [Data] {
    var parts: [Data] = []
    var bytes = 0
    for message in messages.prefix(JoinedFrames.maximumMessages) {
      let part: Data? = try message.part?.encoded()
      guard let part, parts.isEmpty || bytes + part.count <= JoinedFrames.fullBytes else { break }
      parts.append(part)
      bytes += part.count
    }
    return parts
  }

  /// Decodes the messages of a frame.
  ///
  /// - Throws: ``MessageError`` if the frame, or one of several messages in it, is malformed.
  public static func messages(inFrame frame: [UInt8]) throws(MessageError) -> [Self] {
    let message = try Self(frame: frame)
    guard let parts = try message.partsWithinBounds() else { return [message] }
    var messages: [Self] = []
    for part in parts { messages.append(try Self(decoding: part)) }
    return messages
  }

  /// ``parts``, unless there are too many.
  ///
  /// - Throws: ``MessageError`` if there are too many, or none.
  public func partsWithinBounds() throws(MessageError) -> [Data]? {
    guard let parts else { return nil }
    guard (1...JoinedFrames.maximumMessages).contains(parts.count) else {
      throw MessageError("\(parts.count) messages in one frame, not 1 to \(JoinedFrames.maximumMessages)")
    }
    return parts
  }

  /// Decodes one content of a frame with several messages.
  ///
  /// - Throws: ``MessageError`` for malformed bytes.
  public init(decoding part: Data) throws(MessageError) {
    do {
      self.init(part: try Part(serializedBytes: part))
    } catch {
      throw MessageError("\(part.count) bytes of a frame are not a valid \(Part.protoMessageName): \(error)")
    }
  }
}

extension Volcsweep_ToCoordinator: JoinableMessage {
  /// Unit results may share a frame.
  public var part: Volcsweep_UnitResult? { if case .result(let result) = body { result } else { nil } }

  /// The results of a `results` frame.
  public var parts: [Data]? { if case .results(let several) = body { several.results } else { nil } }

  /// Wraps a unit result.
  public init(part: Volcsweep_UnitResult) { self.init(.result(part)) }

  /// Wraps several encoded unit results.
  public init(joining parts: [Data]) { self.init(.results(.with { $0.results = parts })) }
}

extension Volcsweep_ToWorker: JoinableMessage {
  /// Assignments may share a frame.
  public var part: Volcsweep_Assignment? { if case .assignment(let assignment) = body { assignment } else { nil } }

  /// The assignments of an `assignments` frame.
  public var parts: [Data]? { if case .assignments(let several) = body { several.assignments } else { nil } }

  /// Wraps an assignment.
  public init(part: Volcsweep_Assignment) { self.init(.assignment(part)) }

  /// Wraps several encoded assignments.
  public init(joining parts: [Data]) { self.init(.assignments(.with { $0.assignments = parts })) }
}
