import CZeroMQ

/// Translates libzmq's codes of failed handshakes to log text.
enum HandshakeFailure {
  static let noZeroMQ = "it does not use the ZeroMQ protocol"

  /// Possible causes at the coordinator, which does not explain rejections to peers.
  static let ofServer =
    "the connection was closed: this worker's server.public is not the key of the other end, or the other end is not a coordinator"
  static let ofKey = "the coordinator does not know this worker's key, or has revoked it"

  static func text(_ code: Int32) -> String {
    switch code {
    case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC, ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE:
      "its copy of the coordinator's public key or its own secret key is wrong"
    case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: "it does not use encryption, which this coordinator requires"
    case 0x1000_0000...0x1fff_ffff: "it does not use the ZeroMQ protocol (0x\(String(code, radix: 16)))"
    default: "the keys could not be checked (0x\(String(code, radix: 16)))"
    }
  }
}
