import CZeroMQ

/// A call of libzmq that failed.
public struct ZeroMQError: Error, CustomStringConvertible {
  /// What was being done, with the address where there is one.
  public let operation: String
  /// `errno` as libzmq left it.
  public let code: Int32

  init(_ operation: String) {
    self.operation = operation
    code = zmq_errno()
  }

  /// For a call of the system beside libzmq.
  init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  public var description: String {
    "\(operation): \(String(cString: zmq_strerror(code)))"
  }
}
