import Foundation
import ProcessResources
import Synchronization

/// Answers `GET /metrics` on a loopback port, one request at a time, on its own thread. It holds at most one
/// short request, and waits at most two seconds for it.
public final class MetricsServer: Sendable {
  /// The server cannot listen on a port.
  public struct Failure: Error, CustomStringConvertible {
    /// The port and the reason.
    public let description: String
  }

  private static let maximumRequestBytes = 8192
  private static let requestSeconds = 2.0
  private static let lookMilliseconds: Int32 = 200

  /// The port it listens on.
  public let port: UInt16
  private let listener: Int32
  private let page = Mutex("")
  private let isEnding = Atomic(false)
  private let end = DispatchSemaphore(value: 0)

  /// - Parameter port: the port; 0 for any free one.
  /// - Throws: ``Failure``, or `ResourceShortage` if no thread can be started.
  public init(port: UInt16) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var one: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else {
      let reason = String(cString: strerror(errno))
      close(listener)
      throw Failure(
        description:
          "cannot listen on port \(port) of 127.0.0.1 for metrics: \(reason); choose another port with --metrics")
    }
    self.port = UInt16(bigEndian: address.sin_port)
    do {
      try OwnThread.start("metrics") { self.run() }
    } catch {
      close(listener)
      throw error
    }
  }

  /// Sets the text of further answers.
  public func show(_ text: String) { page.withLock { $0 = text } }

  /// Ends the thread and waits for it.
  public func finish() {
    isEnding.store(true, ordering: .releasing)
    end.wait()
    close(listener)
  }

  private func run() {
    defer { end.signal() }
    while !isEnding.load(ordering: .acquiring) {
      guard Self.waits(listener, milliseconds: Self.lookMilliseconds) else { continue }
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { continue }
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      _ = fcntl(connection, F_SETFL, O_NONBLOCK)
      serve(connection)
      close(connection)
    }
  }

  private func serve(_ connection: Int32) {
    let deadline = ContinuousClock.now + .seconds(Self.requestSeconds)
    var request: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1024)
    while request.count < Self.maximumRequestBytes, ContinuousClock.now < deadline {
      if Self.isWhole(request) { return answer(request, to: connection, before: deadline) }
      guard Self.waits(connection, milliseconds: 100) else { continue }
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return }
      request += chunk[..<count]
    }
  }

  /// Whether a request names this machine's loopback interface, or no host, as programs other than browsers
  /// may.
  static func isForLoopback(_ request: [UInt8]) -> Bool {
    let lines = String(decoding: request, as: UTF8.self).components(separatedBy: "\r\n").dropFirst()
    let hosts = lines.prefix { !$0.isEmpty }.compactMap { line -> String? in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces).lowercased() == "host" else {
        return nil
      }
      return parts[1].trimmingCharacters(in: .whitespaces).lowercased()
    }
    guard let host = hosts.first else { return true }
    return hosts.count == 1 && isLoopback(host)
  }

  /// Whether `HOST` or `HOST:PORT` is a name or address of the loopback interface.
  private static func isLoopback(_ host: String) -> Bool {
    var name = host[...]
    if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]") {
      guard UInt16(name[name.index(after: colon)...]) != nil else { return false }
      name = name[..<colon]
    }
    if ["localhost", "localhost.", "ip6-localhost", "[::1]"].contains(String(name)) { return true }
    var address = in_addr()
    return inet_pton(AF_INET, String(name), &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
  }

  private static func isWhole(_ request: [UInt8]) -> Bool {
    String(decoding: request, as: UTF8.self).contains("\r\n\r\n")
  }

  private func answer(_ request: [UInt8], to connection: Int32, before deadline: ContinuousClock.Instant) {
    let words = String(decoding: request.prefix { $0 != 0x0d }, as: UTF8.self).split(separator: " ")
    let (status, body) =
      switch (words.first, words.dropFirst().first) {
      // DNS rebinding: a page of a web site whose name now resolves to this machine.
      case _ where !Self.isForLoopback(request): ("403 Forbidden", "ask for localhost or 127.0.0.1\n")
      case ("GET", "/metrics"): ("200 OK", page.withLock { $0 })
      case ("GET", _): ("404 Not Found", "metrics are at /metrics\n")
      default: ("405 Method Not Allowed", "only GET\n")
      }
    let head =
      "HTTP/1.1 \(status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
      + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
    var rest = Array((head + body).utf8)[...]
    while !rest.isEmpty, ContinuousClock.now < deadline {
      let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno == EAGAIN { usleep(1000) } else { return }
    }
  }

  private static func waits(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&item, 1, milliseconds) > 0
  }
}
