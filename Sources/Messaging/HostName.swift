import Foundation

/// A host's name as the address that ZeroMQ listens at: it connects to names by itself, but listens at addresses and
/// network interfaces only.
enum HostName {
  /// - Returns: the IPv4 address of a name; the text itself where it is an address, an interface, or unknown.
  static func address(_ host: String) -> String {
    guard host != "*", !host.hasPrefix("[") else { return host }
    var hints = addrinfo()
    hints.ai_family = AF_INET
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var results: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &results) == 0, let first = results else { return host }
    defer { freeaddrinfo(results) }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(
      first.pointee.ai_addr, first.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    return status == 0 ? Z85.string(text) : host
  }
}
