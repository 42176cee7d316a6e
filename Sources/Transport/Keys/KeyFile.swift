import Foundation
import Hashing

/// A key on disk: one line with its kind, the key, and a checksum against typing errors.
enum KeyFile {
  enum Kind: String, CaseIterable {
    case secret
    case `public`
  }

  private static let maximumBytes = 200

  static func readPublic(_ file: URL) throws(KeyFileError) -> PublicKey {
    guard let key = PublicKey(z85: try read(.public, file)) else { throw damaged(file) }
    return key
  }

  static func readSecret(_ file: URL) throws(KeyFileError) -> SecretKey {
    guard let key = SecretKey(z85: try read(.secret, file)) else { throw damaged(file) }
    return key
  }

  static func write(_ key: PublicKey, to file: URL) throws(KeyFileError) {
    try PrivateFiles.write(Array(line(.public, key.z85).utf8), to: file)
  }

  static func write(_ key: SecretKey, to file: URL) throws(KeyFileError) {
    try PrivateFiles.write(Array(line(.secret, key.z85).utf8), to: file)
  }

  private static func line(_ kind: Kind, _ z85: String) -> String {
    "volcsweep \(kind.rawValue) key \(z85) \(checkSum(kind, z85))\n"
  }

  private static func read(_ kind: Kind, _ file: URL) throws(KeyFileError) -> String {
    let text = String(decoding: try PrivateFiles.read(file, maximumBytes: maximumBytes), as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 5, words[0] == "volcsweep", words[2] == "key", let found = Kind(rawValue: words[1]),
      words[4] == checkSum(found, words[3])
    else { throw damaged(file) }
    guard found == kind else {
      throw KeyFileError(
        .wrongKey, "\(file.path) holds a \(found.rawValue) key instead of a \(kind.rawValue) key")
    }
    return words[3]
  }

  private static func damaged(_ file: URL) -> KeyFileError {
    KeyFileError(.damaged, "\(file.path) is damaged or not a volcsweep key file; copy or create it again")
  }

  private static func checkSum(_ kind: Kind, _ z85: String) -> String {
    String(FNV1a.hash32((kind.rawValue + z85).utf8), radix: 16)
  }
}
