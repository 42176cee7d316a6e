import CZeroMQ

/// A failed call of libzmq.
public struct ZeroMQError: Error, CustomStringConvertible {
  /// The operation, with the address if there is one.
  public let operation: String
  /// `errno` after the call.
  public let code: Int32

  init(_ operation: String) {
    self.operation = operation
    code = zmq_errno()
  }

  /// A failed system call.
  init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  public var description: String {
    "\(operation): \(String(cString: zmq_strerror(code)))"
  }
}
