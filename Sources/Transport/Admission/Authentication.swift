/// An authentication request of a ZeroMQ socket, and the reply, as frames of ZAP 1.0
/// (https://rfc.zeromq.org/spec/27).
struct AuthenticationRequest: Equatable {
  /// Request number; the reply must carry the same.
  let id: [UInt8]
  let domain: String
  /// The peer's IP address.
  let address: String
  let key: PublicKey

  enum Malformed: Error, Equatable {
    /// Not a request, so no reply is possible.
    case notARequest
    /// Answered with status 500 under this number.
    case unusable(id: [UInt8], why: String)
  }

  /// - Parameter frames: without the sender's envelope: version, request id, domain, address, identity,
  ///   mechanism, credentials.
  /// - Throws: ``Malformed`` for anything else.
  init(frames: [[UInt8]]) throws(Malformed) {
    guard frames.count >= 2 else { throw .notARequest }
    let id = frames[1]
    guard frames[0] == Array("1.0".utf8) else { throw .unusable(id: id, why: "the version is not 1.0") }
    guard frames.count == 7, frames[5] == Array("CURVE".utf8), frames[6].count == Z85.keyBytes else {
      throw .unusable(id: id, why: "only CURVE with one key is accepted")
    }
    self.id = id
    domain = String(decoding: frames[2], as: UTF8.self)
    address = String(decoding: frames[3], as: UTF8.self)
    key = PublicKey(bytes: frames[6])
  }
}

enum AuthenticationReply: Equatable {
  /// The name of the key accompanies every message of the connection as its `User-Id`, the key as
  /// ``AuthenticationReply/keyProperty``.
  case admitted(name: String, key: PublicKey)
  case refused
  case failed

  static let keyProperty = "Volcsweep-Key"

  /// Without the requester's envelope.
  func frames(id: [UInt8]) -> [[UInt8]] {
    let (status, text, user, metadata): (String, String, String, [UInt8]) =
      switch self {
      case .admitted(let name, let key): ("200", "OK", name, Self.property(Self.keyProperty, key.z85))
      case .refused: ("400", "key not allowed", "", [])
      case .failed: ("500", "request not understood", "", [])
      }
    return [Array("1.0".utf8), id, Array(status.utf8), Array(text.utf8), Array(user.utf8), metadata]
  }

  private static func property(_ name: String, _ value: String) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt32(value.utf8.count).bigEndian) { Array($0) }
    return [UInt8(name.utf8.count)] + Array(name.utf8) + length + Array(value.utf8)
  }
}
