import SwiftProtobuf

/// The version of messages.proto; workers of another version are refused at their Hello.
public let protocolVersion: UInt32 = 8

extension SwiftProtobuf.Message {
  /// The message as one frame.
  ///
  /// - Throws: ``MessageError`` when it cannot be written, which only an over-long field causes.
  public func frame() throws(MessageError) -> [UInt8] { try encoded() }

  /// The message's bytes, as the kind that the caller needs.
  func encoded<Bytes: SwiftProtobufContiguousBytes>() throws(MessageError) -> Bytes {
    do {
      return try serializedBytes()
    } catch {
      throw MessageError("message \(Self.protoMessageName) cannot be encoded: \(error)")
    }
  }

  /// Reads one frame from a peer.
  ///
  /// - Throws: ``MessageError`` for bytes that are no such message.
  public init(frame: [UInt8]) throws(MessageError) {
    do {
      try self.init(serializedBytes: frame)
    } catch {
      throw MessageError("\(frame.count) bytes are not a valid message \(Self.protoMessageName): \(error)")
    }
  }
}

extension Volcsweep_ToCoordinator {
  public init(_ body: OneOf_Body) {
    self.init()
    self.body = body
  }
}

extension Volcsweep_ToWorker {
  public init(_ body: OneOf_Body) {
    self.init()
    self.body = body
  }
}

extension Volcsweep_Lease {
  fileprivate init(epoch: UInt64, unit: UInt64, attempt: UInt32) {
    self.init()
    (self.epoch, self.unit, self.attempt) = (epoch, unit, attempt)
  }
}

extension Volcsweep_Assignment {
  public var lease: Volcsweep_Lease {
    get { Volcsweep_Lease(epoch: epoch, unit: unit, attempt: attempt) }
    set { (epoch, unit, attempt) = (newValue.epoch, newValue.unit, newValue.attempt) }
  }
}

extension Volcsweep_UnitResult {
  public var lease: Volcsweep_Lease {
    get { Volcsweep_Lease(epoch: epoch, unit: unit, attempt: attempt) }
    set { (epoch, unit, attempt) = (newValue.epoch, newValue.unit, newValue.attempt) }
  }
}
