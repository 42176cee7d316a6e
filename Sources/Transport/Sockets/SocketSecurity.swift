import CZeroMQ

/// Protection of a socket.
public enum SocketSecurity: Sendable {
  /// By the permissions of a Unix socket's file; TCP is not allowed.
  case filePermissions
  /// The listening end of encrypted TCP: accepts keys known to the authenticator.
  case server(KeyPair, Authenticator)
  /// The connecting end of encrypted TCP: authenticates with its pair, and connects only to the holder of the
  /// server's key.
  case client(KeyPair, server: PublicKey)

  func check(_ endpoint: Endpoint) throws(EndpointError) {
    switch (self, endpoint) {
    case (.filePermissions, .ipc), (.server, .tcp), (.client, .tcp): return
    case (.filePermissions, .tcp): throw .unencrypted(endpoint)
    case (.server, .ipc), (.client, .ipc): throw .notForKeys(endpoint)
    }
  }
}

extension MessageSocket {
  /// A libzmq option that its header only declares in draft builds; all builds support it.
  private static let enforceDomain: Int32 = 93

  func apply(_ security: SocketSecurity) throws(ZeroMQError) {
    switch security {
    case .filePermissions: return
    case .server(let pair, _):
      try set(ZMQ_CURVE_SERVER, to: Int32(1))
      try set(ZMQ_CURVE_SECRETKEY, toBytes: pair.secretKey.bytes)
      try set(ZMQ_ZAP_DOMAIN, toBytes: Array(Authenticator.domain.utf8))
      // Without this option, connections would be accepted while no authenticator is running.
      try set(Self.enforceDomain, to: Int32(1))
    case .client(let pair, let server):
      try set(ZMQ_CURVE_SERVERKEY, toBytes: server.bytes)
      try set(ZMQ_CURVE_PUBLICKEY, toBytes: pair.publicKey.bytes)
      try set(ZMQ_CURVE_SECRETKEY, toBytes: pair.secretKey.bytes)
    }
  }
}
