import Foundation
import SwiftProtobuf

/// A message of which several to one peer, one behind the other, may go in one frame.
public protocol JoinableMessage: SwiftProtobuf.Message {
  /// What the frames of several hold of each.
  associatedtype Part: SwiftProtobuf.Message

  /// What it says, where it may share a frame; `nil` for one that goes alone.
  var part: Part? { get }
  /// What it holds of several; `nil` when it is one itself.
  var parts: [Data]? { get }

  init(part: Part)
  /// One frame's message of several.
  init(joining parts: [Data])
}

/// Bounds of frames that hold several messages.
enum JoinedFrames {
  /// Messages in one frame; those with more are refused.
  static let maximumMessages = 256
  /// What a frame of several holds at most, bytes; a longer message goes alone.
  static let fullBytes = 128 << 10
}

extension JoinableMessage {
  /// The frames of messages to one peer, in the order of these, each with how many it holds.
  ///
  /// - Throws: ``MessageError`` when one cannot be written, which only an over-long field causes.
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

  /// Of the first messages so many as may share a frame.
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

  /// The messages of a frame.
  ///
  /// - Throws: ``MessageError`` for bytes that are no such message, and where one of several is none.
  public static func messages(inFrame frame: [UInt8]) throws(MessageError) -> [Self] {
    let message = try Self(frame: frame)
    guard let parts = try message.partsWithinBounds() else { return [message] }
    var messages: [Self] = []
    for part in parts { messages.append(try Self(decoding: part)) }
    return messages
  }

  /// ``parts``, where they are not too many.
  ///
  /// - Throws: ``MessageError`` where they are, or where there is none.
  public func partsWithinBounds() throws(MessageError) -> [Data]? {
    guard let parts else { return nil }
    guard (1...JoinedFrames.maximumMessages).contains(parts.count) else {
      throw MessageError("\(parts.count) messages in one frame, not 1 to \(JoinedFrames.maximumMessages)")
    }
    return parts
  }

  /// Reads what a frame of several holds of one.
  ///
  /// - Throws: ``MessageError`` for bytes that are none.
  public init(decoding part: Data) throws(MessageError) {
    do {
      self.init(part: try Part(serializedBytes: part))
    } catch {
      throw MessageError("\(part.count) bytes of a frame are not a valid \(Part.protoMessageName): \(error)")
    }
  }
}

extension Volcsweep_ToCoordinator: JoinableMessage {
  public var part: Volcsweep_UnitResult? { if case .result(let result) = body { result } else { nil } }

  public var parts: [Data]? { if case .results(let several) = body { several.results } else { nil } }

  public init(part: Volcsweep_UnitResult) { self.init(.result(part)) }

  public init(joining parts: [Data]) { self.init(.results(.with { $0.results = parts })) }
}

extension Volcsweep_ToWorker: JoinableMessage {
  public var part: Volcsweep_Assignment? { if case .assignment(let assignment) = body { assignment } else { nil } }

  public var parts: [Data]? { if case .assignments(let several) = body { several.assignments } else { nil } }

  public init(part: Volcsweep_Assignment) { self.init(.assignment(part)) }

  public init(joining parts: [Data]) { self.init(.assignments(.with { $0.assignments = parts })) }
}
