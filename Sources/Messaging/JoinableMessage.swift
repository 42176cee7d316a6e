import Foundation
import SwiftProtobuf

/// A message that may share its frame with others to the same peer.
public protocol JoinableMessage: SwiftProtobuf.Message {
  /// Whether it may; what is said to those who may be of another version, or to nobody in particular, goes alone.
  var isJoinable: Bool { get }
  /// The messages that it joins; `nil` when it is one itself.
  var parts: [Data]? { get }

  /// One that joins others.
  init(joining messages: [Data])
}

/// Bounds of frames that join messages.
enum JoinedFrames {
  /// Messages in one frame; those with more are refused.
  static let maximumMessages = 256
  /// What a frame that joins messages holds at most, bytes; a longer message goes alone.
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
      var parts: [Data] = []
      var bytes = 0
      for message in rest.prefix(JoinedFrames.maximumMessages) {
        guard message.isJoinable else { break }
        let part = try message.encoded()
        guard parts.isEmpty || bytes + part.count <= JoinedFrames.fullBytes else { break }
        parts.append(part)
        bytes += part.count
      }
      switch parts.count {
      case 0: frames.append((try first.frame(), 1))
      case 1: frames.append(([UInt8](parts[0]), 1))
      default: frames.append((try Self(joining: parts).frame(), parts.count))
      }
      rest = rest.dropFirst(max(1, parts.count))
    }
    return frames
  }

  /// The messages of a frame.
  ///
  /// - Throws: ``MessageError`` for bytes that are no such message, and where one of those that they join is none.
  public static func messages(inFrame frame: [UInt8]) throws(MessageError) -> [Self] {
    let message = try Self(frame: frame)
    guard let parts = try message.partsWithinBounds() else { return [message] }
    var messages: [Self] = []
    for part in parts { messages.append(try Self(part: part)) }
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

  /// Reads one of the messages that a frame joins.
  ///
  /// - Throws: ``MessageError`` for bytes that are no message which may be joined.
  public init(part: Data) throws(MessageError) {
    do {
      try self.init(serializedBytes: part)
    } catch {
      throw MessageError("\(part.count) joined bytes are no message \(Self.protoMessageName): \(error)")
    }
    guard isJoinable else { throw MessageError("a message \(Self.protoMessageName) that has to come alone") }
  }

  private func encoded() throws(MessageError) -> Data {
    do {
      return try serializedBytes()
    } catch {
      throw MessageError("message \(Self.protoMessageName) cannot be encoded: \(error)")
    }
  }
}

extension Volcsweep_ToCoordinator: JoinableMessage {
  public var isJoinable: Bool { if case .result = body { true } else { false } }

  public var parts: [Data]? { if case .joined(let joined) = body { joined.messages } else { nil } }

  public init(joining messages: [Data]) {
    self.init(.joined(.with { $0.messages = messages }))
  }
}

extension Volcsweep_ToWorker: JoinableMessage {
  public var isJoinable: Bool {
    switch body {
    case .assignment, .acknowledgement, .revocation: true
    default: false
    }
  }

  public var parts: [Data]? { if case .joined(let joined) = body { joined.messages } else { nil } }

  public init(joining messages: [Data]) {
    self.init(.joined(.with { $0.messages = messages }))
  }
}
