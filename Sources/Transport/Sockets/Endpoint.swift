/// An address to listen on or connect to: a Unix socket for processes of this machine, or a TCP port for
/// encrypted connections. ZeroMQ's other transports are rejected, because nothing would protect them.
public enum Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A Unix socket; its file's permissions determine who may connect.
  case ipc(path: String)
  /// `host` is a name, an address (IPv6 in brackets) or, for listening, `*` for all interfaces. Port 0 lets the
  /// system choose when listening.
  case tcp(host: String, port: UInt16)

  /// The longest path a Unix socket can have, bytes.
  public static let maximumPathBytes = 107

  /// Parses `ipc://PATH` or `tcp://HOST:PORT`.
  ///
  /// - Throws: ``EndpointError`` for anything else.
  public init(_ address: String) throws(EndpointError) {
    if address.hasPrefix("ipc://") {
      let path = String(address.dropFirst(6))
      guard path.hasPrefix("/"), path.utf8.count <= Self.maximumPathBytes, !path.utf8.contains(0) else {
        throw EndpointError(
          address, "the path of a Unix socket must be absolute and have at most \(Self.maximumPathBytes) bytes")
      }
      self = .ipc(path: path)
    } else if address.hasPrefix("tcp://") {
      let rest = address.dropFirst(6)
      guard let colon = rest.lastIndex(of: ":"), let port = Self.port(rest[rest.index(after: colon)...]) else {
        throw EndpointError(address, "it must end with a port between 0 and 65535, as in tcp://node17:5555")
      }
      let host = rest[..<colon]
      guard Self.isHost(host) else {
        throw EndpointError(address, "\(host) is not a host name, an IP address or *")
      }
      self = .tcp(host: String(host), port: port)
    } else {
      throw EndpointError(address, "it must start with ipc:// or tcp://")
    }
  }

  public var description: String {
    switch self {
    case .ipc(let path): "ipc://\(path)"
    case .tcp(let host, let port): "tcp://\(host):\(port)"
    }
  }

  /// Whether the host is an IPv6 address.
  var isIPv6: Bool {
    if case .tcp(let host, _) = self { host.hasPrefix("[") } else { false }
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt16(text)
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host == "*" { return true }
    guard host.utf8.count <= 253 else { return false }
    if host.hasPrefix("["), host.hasSuffix("]") {
      let inner = host.dropFirst().dropLast()
      return inner.contains(":") && inner.allSatisfy { $0.isASCII && ($0.isHexDigit || ":.".contains($0)) }
    }
    guard let first = host.first, first.isASCII, first.isLetter || first.isNumber else { return false }
    return host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
  }
}

/// An invalid endpoint.
public struct EndpointError: Error, CustomStringConvertible {
  /// The address and what is expected.
  public let description: String

  init(_ address: String, _ reason: String) {
    description = "\(address) cannot be used: \(reason)"
  }

  static func unencrypted(_ endpoint: Endpoint) -> EndpointError {
    EndpointError(
      "\(endpoint)",
      "over TCP the coordinator and all workers need keys, even on one machine; create them with volcsweep keys FOLDER"
    )
  }

  static func notForKeys(_ endpoint: Endpoint) -> EndpointError {
    EndpointError("\(endpoint)", "keys can be used with TCP only; use tcp://HOST:PORT")
  }
}
