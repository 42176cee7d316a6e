import Foundation

/// Address of the other end of a connection.
enum PeerAddress {
  /// `ADDRESS:PORT` of a TCP connection; empty for others and for one that has closed meanwhile.
  static func text(_ descriptor: Int32) -> String {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: 32)
    let status = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard getpeername(descriptor, address, &length) == 0, address.pointee.sa_family != AF_UNIX else {
          return Int32(-1)
        }
        return getnameinfo(
          address, length, &host, socklen_t(host.count), &port, socklen_t(port.count),
          NI_NUMERICHOST | NI_NUMERICSERV)
      }
    }
    return status == 0 ? "\(Z85.string(host)):\(Z85.string(port))" : ""
  }
}
