import Crypto
import Foundation

/// The SHA-256 sum of some bytes in 64 hexadecimal digits, as `sha256sum` prints it.
public func sha256Hex(of bytes: some DataProtocol) -> String { SHA256.hash(data: bytes).hexadecimal }
