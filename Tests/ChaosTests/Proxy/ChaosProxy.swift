import Foundation
import Synchronization

/// Stands between workers and their coordinator and does to their frames what its rates say, by its seed.
final class ChaosProxy: Sendable {
  /// Where to connect instead of to the other end.
  let address: StreamAddress
  private let upstream: StreamAddress
  private let rates: FaultRates
  private let name: String
  private let listener: Int32
  private let state = Mutex(State())

  private struct State {
    var injected: [String: Int] = [:]
    var connections = 0
    var open: [Int: ProxyConnection] = [:]
    var isOver = false
  }

  /// Listens, and takes connections until ``end()``.
  ///
  /// - Parameters:
  ///   - address: where to listen; a TCP port of 0 becomes one that is free.
  ///   - upstream: where the other end listens, now or later.
  ///   - rates: what happens to frames, in either direction.
  ///   - name: tells its random stream from others'.
  /// - Throws: `StreamAddress.Failure`.
  init(_ address: StreamAddress, to upstream: StreamAddress, rates: FaultRates, name: String) throws {
    (listener, self.address) = try address.listen()
    self.upstream = upstream
    self.rates = rates
    self.name = name
    Thread.detachNewThread { [self] in takeConnections() }
  }

  /// What was done so far, by its name.
  var injected: [String: Int] { state.withLock(\.injected) }
  /// Connections taken so far.
  var connections: Int { state.withLock(\.connections) }

  /// Ends all connections and takes none any more.
  func end() {
    let open = state.withLock { state in
      guard !state.isOver else { return [ProxyConnection]() }
      state.isOver = true
      shutdown(listener, Int32(SHUT_RDWR))
      return Array(state.open.values)
    }
    for connection in open { connection.end() }
  }

  private func takeConnections() {
    while !state.withLock(\.isOver) {
      let near = accept(listener, nil, nil)
      guard near >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      _ = fcntl(near, F_SETFD, FD_CLOEXEC)
      guard let far = try? upstream.connect() else {
        // The coordinator is away: the connection is refused, and the worker connects again.
        close(near)
        continue
      }
      begin(near, far)
    }
    close(listener)
  }

  private func begin(_ near: Int32, _ far: Int32) {
    let (number, isOver) = state.withLock { state in
      state.connections += 1
      return (state.connections, state.isOver)
    }
    let connection = ProxyConnection(near, far, rates: rates, name: "\(name) \(number)") { [self] fault in
      state.withLock { $0.injected[fault.name, default: 0] += 1 }
    }
    if isOver { connection.end() }
    state.withLock { $0.open[number] = connection }
    connection.start { [self] in state.withLock { $0.open[number] = nil } }
  }
}
