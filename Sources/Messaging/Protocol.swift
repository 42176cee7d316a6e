import SwiftProtobuf

/// Version of messages.proto; workers of another version are rejected at their Hello.
public let protocolVersion: UInt32 = 9

extension SwiftProtobuf.Message {
  /// Encodes the message as one frame.
  ///
  /// - Throws: ``MessageError`` if it cannot be encoded, which only an overlong field causes.
  public func frame() throws(MessageError) -> [UInt8] { try encoded() }

  /// Encodes the message as the type of bytes that the caller needs.
  func encoded<Bytes: SwiftProtobufContiguousBytes>() throws(MessageError) -> Bytes {
    do {
      return try serializedBytes()
    } catch {
      throw MessageError("message \(Self.protoMessageName) cannot be encoded: \(error)")
    }
  }

  /// Decodes one frame.
  ///
  /// - Throws: ``MessageError`` for a malformed message.
  public init(frame: [UInt8]) throws(MessageError) {
    do {
      try self.init(serializedBytes: frame)
    } catch {
      throw MessageError("\(frame.count) bytes are not a valid message \(Self.protoMessageName): \(error)")
    }
  }
}

extension Volcsweep_ToCoordinator {
  /// Wraps a message to the coordinator.
  public init(_ body: OneOf_Body) {
    self.init()
    self.body = body
  }
}

extension Volcsweep_ToWorker {
  /// Wraps a message to a worker.
  public init(_ body: OneOf_Body) {
    self.init()
    self.body = body
  }
}
