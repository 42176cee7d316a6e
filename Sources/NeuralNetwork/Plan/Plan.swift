import CBLAS
import Crypto
import Foundation

/// How a model's layers are computed on one kind of machine: a value that can be written down, hashed and handed to
/// other processes, which then run exactly this and so give the same bytes.
public struct Plan: Codable, Equatable, Sendable {
  /// How one convolution is computed.
  public enum Kernel: Codable, Hashable, Sendable, CustomStringConvertible {
    /// As one product over gathered columns (or over the pixels themselves where the kernel is 1 × 1).
    case columns
    /// Tile by tile with `tile` × `tile` outputs, over the patches of a chunk.
    case winograd(tile: Int)

    public var description: String {
      switch self {
      case .columns: "columns"
      case .winograd(let tile): "winograd F(\(tile))"
      }
    }
  }

  /// The patches of a batch; products over a batch have just so many rows.
  public let batchCapacity: Int
  /// The patches that pass through the convolutions together.
  public let chunk: Int
  /// The BLAS and its kernels, on which the last digits depend as well.
  public let machine: String
  /// By layer, in the graph's order; layers that are not here have one way only.
  public let kernels: [String: Kernel]

  /// The BLAS of this process.
  public static var thisMachine: String {
    "\(String(cString: openblas_get_config())) \(BLASEnvironment.kernelName)"
  }

  /// The same for equal plans, whatever they were decoded from.
  public var canonicalText: String {
    (["plan 1", "batch \(batchCapacity)", "chunk \(chunk)", "machine \(machine)"]
      + kernels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }).joined(separator: "\n")
  }

  /// SHA-256 of ``canonicalText``, in hexadecimal.
  public var hash: String {
    SHA256.hash(data: Data(canonicalText.utf8)).map { String(format: "%02x", $0) }.joined()
  }
}
