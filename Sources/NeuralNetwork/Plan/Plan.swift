import Foundation
import Hashing

/// How a model's layers are computed on one kind of machine: a value that can be written down, hashed and handed to
/// other processes, which then run exactly this and so give the same bytes.
public struct Plan: Codable, Hashable, Sendable {
  /// How one convolution, or where there is a choice one fully connected layer, is computed.
  public enum Kernel: Codable, Hashable, Sendable, CustomStringConvertible {
    /// As one product over gathered columns (or over the pixels themselves where the kernel is 1 × 1).
    case columns
    /// Tile by tile with `tile` × `tile` outputs, over the patches of a chunk.
    case winograd(tile: Int)
    /// As `columns`, of numbers rounded to bfloat16.
    case bfloat16

    public var description: String {
      switch self {
      case .columns: "columns"
      case .winograd(let tile): "winograd F(\(tile))"
      case .bfloat16: "bfloat16"
      }
    }
  }

  /// The patches of a batch; products over a batch have just so many rows.
  public let batchCapacity: Int
  /// The patches that pass through the convolutions together.
  public let chunk: Int
  /// The libraries and their kernels, on which the last digits depend as well; see
  /// ``machine(library:precision:)``.
  public let machine: String
  /// How precisely the layers may be computed; each may be more precise.
  public let precision: Precision
  /// Who multiplies floats.
  public let library: ProductLibrary
  /// By layer, in the graph's order; layers that are not here have one way only.
  public let kernels: [String: Kernel]
  /// What overlapping patches share; `nil` where each is computed by itself.
  public let trunk: SharedTrunk?

  /// The layers in front that run once over a whole interferogram, and how.
  public struct SharedTrunk: Codable, Hashable, Sendable {
    /// Pixels from one patch to the next, for which it was found worth while.
    public let patchStride: Int
    /// Its last layer.
    public let layer: String
    /// By layer, as ``Plan/kernels``.
    public let kernels: [String: Kernel]
  }

  init(
    batchCapacity: Int, chunk: Int, machine: String, precision: Precision = .float32,
    library: ProductLibrary = .cblas,
    kernels: [String: Kernel], trunk: SharedTrunk? = nil
  ) {
    self.batchCapacity = batchCapacity
    self.chunk = chunk
    self.machine = machine
    self.precision = precision
    self.library = library
    self.kernels = kernels
    self.trunk = trunk
  }

  /// What this process computes with: the BLAS and its kernel, and the width of the engine's own vectors.
  public static var thisMachine: String {
    "\(BLASEnvironment.configuration) \(BLASEnvironment.kernelName), vectors of \(Vectors.lanes)"
  }

  /// The same for a plan that leans on oneDNN as well.
  public static func machine(library: ProductLibrary, precision: Precision) -> String {
    guard library == .oneDNN || precision == .bfloat16 else { return thisMachine }
    return "\(thisMachine), \(OneDNN.installed?.description ?? "no oneDNN")"
  }

  /// The same for equal plans, whatever they were decoded from.
  public var canonicalText: String {
    ([
      "plan 3", "batch \(batchCapacity)", "chunk \(chunk)", "machine \(machine)", "precision \(precision)",
      "library \(library)",
    ] + Self.lines(kernels)
      + (trunk.map { ["trunk to \($0.layer), patches each \($0.patchStride)"] + Self.lines($0.kernels) } ?? []))
      .joined(separator: "\n")
  }

  private static func lines(_ kernels: [String: Kernel]) -> [String] {
    kernels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
  }

  /// SHA-256 of ``canonicalText``, in hexadecimal.
  public var hash: String {
    sha256Hex(of: Data(canonicalText.utf8))
  }
}
