/// Which peer stands behind a connection, and how its handshake ended, from the little that ZeroMQ tells: it names the
/// descriptor when a connection begins and ends, but not when its handshake succeeds or fails. A failure is told right
/// before the end, on the thread that all events come from; bytes that are not even a greeting end without one.
struct OpenConnections {
  private var open: [Int32: (peer: String, successesBefore: Int)] = [:]
  private var failures: [(ConnectionEvent, String)] = []
  private var successes = 0

  mutating func began(descriptor: Int32, peer: String) {
    open[descriptor] = (peer, successes)
  }

  mutating func succeeded() {
    successes += 1
  }

  mutating func failed(_ event: ConnectionEvent, detail: String) {
    // One connection fails once or twice; more would mean that its end is never told.
    if failures.count < 16 { failures.append((event, detail)) }
  }

  /// - Returns: whose connection ended, and why, if it never got through its handshake. One that ends without a
  ///   reason while another one succeeded is taken to be that other one.
  mutating func ended(descriptor: Int32) -> (peer: String, failures: [(ConnectionEvent, String)]) {
    defer { failures = [] }
    guard let (peer, successesBefore) = open.removeValue(forKey: descriptor) else { return ("", failures) }
    if failures.isEmpty && successesBefore == successes {
      return (peer, [(.protocolFailure, HandshakeFailure.noZeroMQ)])
    }
    return (peer, failures)
  }
}
