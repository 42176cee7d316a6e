/// Associates the events of connections with peers and handshake failures. ZeroMQ names the descriptor when a
/// connection opens and closes, but not when its handshake succeeds or fails. It reports a failure just before
/// the close, on the thread of all events; connections that send no valid greeting close without one.
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
    // A connection fails once or twice; more would mean that its close is never reported.
    if failures.count < 16 { failures.append((event, detail)) }
  }

  /// - Returns: the peer of the closed connection, and the failures of its handshake, if it never completed. A
  ///   connection that closes without a failure while another one succeeded is taken for that one.
  mutating func ended(descriptor: Int32) -> (peer: String, failures: [(ConnectionEvent, String)]) {
    defer { failures = [] }
    guard let (peer, successesBefore) = open.removeValue(forKey: descriptor) else { return ("", failures) }
    if failures.isEmpty && successesBefore == successes {
      return (peer, [(.protocolFailure, HandshakeFailure.noZeroMQ)])
    }
    return (peer, failures)
  }
}
