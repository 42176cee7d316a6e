import CZeroMQ

/// Translates libzmq's codes of failed handshakes to log text.
enum HandshakeFailure {
  static let noZeroMQ = "it does not speak ZeroMQ's protocol"

  /// Possible causes at the coordinator, which does not explain rejections to peers.
  static let ofServer =
    "the other end broke off: it has another key than this worker's server.public, or is no coordinator"
  static let ofKey = "the coordinator does not know this worker's key, or has revoked it"

  static func text(_ code: Int32) -> String {
    switch code {
    case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC, ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE:
      "it does not know this coordinator's public key, or not its own secret one"
    case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: "it does not encrypt as this coordinator demands"
    case 0x1000_0000...0x1fff_ffff: "it does not speak ZeroMQ's protocol (0x\(String(code, radix: 16)))"
    default: "the keys could not be judged (0x\(String(code, radix: 16)))"
    }
  }
}
