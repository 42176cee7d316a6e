import CZeroMQ

/// A socket between threads of this process, for ZeroMQ's own protocols. Owned by one thread.
final class InprocSocket {
  let handle: UnsafeMutableRawPointer
  // Keeps the context alive as long as its socket.
  private let context: MessageContext

  init(_ type: Int32, context: MessageContext) throws(ZeroMQError) {
    guard let handle = zmq_socket(context.handle, type) else { throw ZeroMQError("creating a ZeroMQ socket") }
    self.handle = handle
    self.context = context
    // Unread messages are useless once the socket closes.
    var none: Int32 = 0
    zmq_setsockopt(handle, ZMQ_LINGER, &none, 4)
  }

  deinit {
    zmq_close(handle)
  }

  /// The frames of a received message; `nil` if none has arrived.
  func receive() -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    repeat {
      var message = zmq_msg_t()
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      guard zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) >= 0 else { return nil }
      frames.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
      if zmq_msg_more(&message) == 0 { return frames }
    } while true
  }

  /// Sends a message, or drops it if there is no receiver.
  func send(_ frames: [[UInt8]]) {
    for (index, frame) in frames.enumerated() {
      let more = index + 1 < frames.count ? ZMQ_SNDMORE : 0
      guard zmq_send(handle, frame, frame.count, ZMQ_DONTWAIT | more) >= 0 else { return }
    }
  }
}
