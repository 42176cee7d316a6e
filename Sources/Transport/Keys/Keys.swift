import CZeroMQ

/// The public half of a CURVE key pair.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  let bytes: [UInt8]

  init(bytes: [UInt8]) {
    precondition(bytes.count == Z85.keyBytes)
    self.bytes = bytes
  }

  /// - Parameter z85: 40 characters of ZeroMQ's Z85; `nil` for anything else.
  public init?(z85: String) {
    guard let bytes = Z85.key(z85) else { return nil }
    self.bytes = bytes
  }

  /// 40 characters of ZeroMQ's Z85.
  public var z85: String { Z85.text(bytes) }

  public var description: String { z85 }
}

/// The secret half of a CURVE key pair. It never appears in logs or errors.
public struct SecretKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// 32 bytes.
  let bytes: [UInt8]

  /// - Parameter z85: 40 characters of ZeroMQ's Z85; `nil` for anything else.
  public init?(z85: String) {
    guard let bytes = Z85.key(z85) else { return nil }
    self.bytes = bytes
  }

  /// For the owner's key file only.
  var z85: String { Z85.text(bytes) }

  public var description: String { "(secret)" }
  public var debugDescription: String { "(secret)" }
  /// Empty, so that `dump` cannot print the key.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The identity and credentials of one end of encrypted connections.
public struct KeyPair: Sendable {
  /// The public half.
  public let publicKey: PublicKey
  /// The secret half.
  public let secretKey: SecretKey

  /// Generates a new pair.
  ///
  /// - Throws: ``ZeroMQError`` if libzmq was built without CURVE.
  public init() throws(ZeroMQError) {
    var publicText = [CChar](repeating: 0, count: Z85.keyCharacters + 1)
    var secretText = publicText
    guard zmq_curve_keypair(&publicText, &secretText) == 0,
      let publicKey = PublicKey(z85: Z85.string(publicText)), let secretKey = SecretKey(z85: Z85.string(secretText))
    else { throw ZeroMQError("making a key pair") }
    self.publicKey = publicKey
    self.secretKey = secretKey
  }

  /// Derives the pair from its secret key.
  ///
  /// - Throws: ``ZeroMQError`` if libzmq was built without CURVE.
  public init(secretKey: SecretKey) throws(ZeroMQError) {
    var publicText = [CChar](repeating: 0, count: Z85.keyCharacters + 1)
    guard zmq_curve_public(&publicText, secretKey.z85) == 0, let key = PublicKey(z85: Z85.string(publicText)) else {
      throw ZeroMQError("deriving a public key")
    }
    publicKey = key
    self.secretKey = secretKey
  }
}

/// ZeroMQ's text encoding of keys (https://rfc.zeromq.org/spec/32).
enum Z85 {
  static let keyBytes = 32
  static let keyCharacters = 40
  private static let alphabet = Set(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

  static func key(_ text: String) -> [UInt8]? {
    guard text.utf8.count == keyCharacters, text.utf8.allSatisfy(alphabet.contains) else { return nil }
    var bytes = [UInt8](repeating: 0, count: keyBytes)
    guard zmq_z85_decode(&bytes, text) != nil else { return nil }
    return bytes
  }

  static func text(_ bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: keyCharacters + 1)
    zmq_z85_encode(&text, bytes, bytes.count)
    return string(text)
  }

  static func string(_ text: [CChar]) -> String {
    String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
