import CZeroMQ

/// What protects a socket.
public enum SocketSecurity: Sendable {
  /// The permissions of a Unix socket's file; such a socket cannot speak over TCP.
  case filePermissions
  /// The listening end of encrypted TCP: lets in whom the authenticator knows.
  case server(KeyPair, Authenticator)
  /// The connecting end of encrypted TCP: proves itself with its pair, and speaks to nobody but the holder of the
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
  /// libzmq's number, which its header names in draft builds alone; all builds know it.
  private static let enforceDomain: Int32 = 93

  func apply(_ security: SocketSecurity) throws(ZeroMQError) {
    switch security {
    case .filePermissions: return
    case .server(let pair, _):
      try set(ZMQ_CURVE_SERVER, to: Int32(1))
      try set(ZMQ_CURVE_SECRETKEY, toBytes: pair.secretKey.bytes)
      try set(ZMQ_ZAP_DOMAIN, toBytes: Array(Authenticator.domain.utf8))
      // Without this a handler that is gone would let everybody in.
      try set(Self.enforceDomain, to: Int32(1))
    case .client(let pair, let server):
      try set(ZMQ_CURVE_SERVERKEY, toBytes: server.bytes)
      try set(ZMQ_CURVE_PUBLICKEY, toBytes: pair.publicKey.bytes)
      try set(ZMQ_CURVE_SECRETKEY, toBytes: pair.secretKey.bytes)
    }
  }
}
