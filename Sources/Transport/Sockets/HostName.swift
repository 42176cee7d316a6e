import Foundation

/// Resolves host names to addresses to listen on: ZeroMQ can connect to names, but listens only on addresses
/// and network interfaces.
public enum HostName {
  /// - Returns: the first IPv4 address of the network interface; `nil` for any other name.
  public static func address(ofInterface name: String) -> String? {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return nil }
    defer { freeifaddrs(list) }
    var next = list
    while let entry = next {
      next = entry.pointee.ifa_next
      guard String(cString: entry.pointee.ifa_name) == name, let address = entry.pointee.ifa_addr,
        address.pointee.sa_family == sa_family_t(AF_INET)
      else { continue }
      return digits(address, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    return nil
  }

  /// - Returns: the IPv4 address of a name; the text itself if it is an address, an interface, or unknown.
  static func address(_ host: String) -> String {
    guard host != "*", !host.hasPrefix("[") else { return host }
    var hints = addrinfo()
    hints.ai_family = AF_INET
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var results: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &results) == 0, let first = results else { return host }
    defer { freeaddrinfo(results) }
    return digits(first.pointee.ai_addr, first.pointee.ai_addrlen) ?? host
  }

  private static func digits(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    return status == 0 ? Z85.string(text) : nil
  }
}
