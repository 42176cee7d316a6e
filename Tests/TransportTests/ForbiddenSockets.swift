import CZeroMQ
import Foundation
import Synchronization

@testable import Transport

/// What the module's own interface makes impossible, done by hand to see that it is refused all the same.
final class PlainDealer {
  private let context = zmq_ctx_new()
  private let handle: UnsafeMutableRawPointer?

  init(address: String) throws {
    handle = zmq_socket(context, ZMQ_DEALER)
    var linger: Int32 = 0
    zmq_setsockopt(handle, ZMQ_LINGER, &linger, 4)
    guard zmq_connect(handle, address) == 0 else { throw ZeroMQError("cannot connect to \(address)") }
  }

  deinit {
    zmq_close(handle)
    zmq_ctx_term(context)
  }

  func send(_ bytes: [UInt8]) {
    zmq_send(handle, bytes, bytes.count, ZMQ_DONTWAIT)
  }
}

extension MessageSocket {
  func connectUnchecked(_ address: String) throws {
    guard zmq_connect(handle, address) == 0 else { throw ZeroMQError("cannot connect to \(address)") }
  }

  func sendFrames(_ frames: [[UInt8]]) throws {
    for (index, frame) in frames.enumerated() {
      guard zmq_send(handle, frame, frame.count, index + 1 < frames.count ? ZMQ_SNDMORE : 0) >= 0 else {
        throw ZeroMQError("sending frames")
      }
    }
  }
}

extension InprocSocket {
  func listen(_ address: String) throws {
    guard zmq_bind(handle, address) == 0 else { throw ZeroMQError("listening at \(address)") }
  }
}

/// Passes bytes between one client and a port, and keeps a copy.
final class Relay: Sendable {
  let port: UInt16
  private let state = Mutex(Data())
  private let listener: Int32
  /// While it is set nothing passes any more, though no connection ends.
  let isHeld = Atomic(false)

  var seen: Data { state.withLock { $0 } }

  init(to target: UInt16) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length)
        _ = listen(listener, 8)
        _ = getsockname(listener, $0, &length)
      }
    }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    let relay = self
    Thread.detachNewThread {
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(port: target)
        _ = withUnsafePointer(to: &address) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
        for (from, to) in [(client, server), (server, client)] {
          Thread.detachNewThread { relay.pass(from, to) }
        }
      }
    }
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  private func pass(_ from: Int32, _ to: Int32) {
    var bytes = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(from, &bytes, bytes.count)
      guard count > 0 else { break }
      if isHeld.load(ordering: .relaxed) { continue }
      state.withLock { $0.append(contentsOf: bytes[..<count]) }
      _ = Foundation.send(to, bytes, count, Int32(MSG_NOSIGNAL))
    }
    shutdown(to, Int32(SHUT_WR))
  }
}
