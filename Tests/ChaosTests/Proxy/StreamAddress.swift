import Foundation

/// Where a stream socket listens, or is connected to.
enum StreamAddress: Hashable, CustomStringConvertible {
  case unix(String)
  /// An IPv4 address in digits; port 0 listens at any that is free.
  case tcp(String, port: UInt16)

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// As ZeroMQ writes it.
  var description: String {
    switch self {
    case .unix(let path): "ipc://\(path)"
    case .tcp(let host, let port): "tcp://\(host):\(port)"
    }
  }

  /// - Returns: a descriptor that accepts connections, and the address with its port.
  /// - Throws: ``Failure``.
  func listen() throws -> (descriptor: Int32, address: StreamAddress) {
    if case .unix(let path) = self { unlink(path) }
    let descriptor = try make()
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    let status = withSocketAddress { Glibc.bind(descriptor, $0, $1) }
    guard status == 0, Glibc.listen(descriptor, 256) == 0 else { throw failure("listened at", descriptor) }
    guard case .tcp(let host, 0) = self else { return (descriptor, self) }
    var own = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &own) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return (descriptor, .tcp(host, port: UInt16(bigEndian: own.sin_port)))
  }

  /// - Returns: a connected descriptor.
  /// - Throws: ``Failure``.
  func connect() throws -> Int32 {
    let descriptor = try make()
    guard withSocketAddress({ Glibc.connect(descriptor, $0, $1) }) == 0 else {
      throw failure("connected to", descriptor)
    }
    return descriptor
  }

  private func make() throws -> Int32 {
    let family =
      switch self {
      case .unix: AF_UNIX
      case .tcp: AF_INET
      }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw failure("made a socket for", -1) }
    return descriptor
  }

  private func failure(_ verb: String, _ descriptor: Int32) -> Failure {
    let reason = String(cString: strerror(errno))
    if descriptor >= 0 { close(descriptor) }
    return Failure(description: "\(self) cannot be \(verb): \(reason)")
  }

  private func withSocketAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
    switch self {
    case .unix(let path):
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { place in
        place.copyBytes(from: path.utf8.prefix(place.count - 1))
      }
      return withUnsafeBytes(of: &address) { bytes in
        body(
          bytes.assumingMemoryBound(to: sockaddr.self).baseAddress.unsafelyUnwrapped, socklen_t(bytes.count))
      }
    case .tcp(let host, let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      inet_pton(AF_INET, host, &address.sin_addr)
      return withUnsafeBytes(of: &address) { bytes in
        body(
          bytes.assumingMemoryBound(to: sockaddr.self).baseAddress.unsafelyUnwrapped, socklen_t(bytes.count))
      }
    }
  }
}
