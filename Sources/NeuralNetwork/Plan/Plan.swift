import Foundation
import Hashing

/// Determines how a model's layers are computed on one kind of machine: a value that can be stored, hashed and
/// sent to other processes, which then compute the same bytes.
public struct Plan: Codable, Hashable, Sendable {
  /// The kernel of one convolution, or of one fully connected layer if there is a choice.
  public enum Kernel: Codable, Hashable, Sendable, CustomStringConvertible {
    /// One GEMM over im2col rows (over the pixels themselves for a 1 × 1 kernel).
    case columns
    /// Winograd's method with `tile` × `tile` outputs per tile, over the patches of a chunk.
    case winograd(tile: Int)
    /// Like `columns`, with numbers rounded to bfloat16.
    case bfloat16

    public var description: String {
      switch self {
      case .columns: "columns"
      case .winograd(let tile): "winograd F(\(tile))"
      case .bfloat16: "bfloat16"
      }
    }
  }

  /// Patches per batch; GEMMs over a batch always have this many rows.
  public let batchCapacity: Int
  /// Patches that pass through the convolutions together.
  public let chunk: Int
  /// Libraries and their kernel sets, which also determine the last digits; see
  /// ``machine(library:precision:)``.
  public let machine: String
  /// The lowest precision of the layers; each may be more precise.
  public let precision: Precision
  /// The library that multiplies floats.
  public let library: MatrixLibrary
  /// By layer name, in the graph's order; layers with only one kernel are omitted.
  public let kernels: [String: Kernel]
  /// The layers that overlapping patches share; `nil` if each patch is computed separately.
  public let trunk: SharedTrunk?

  /// The first layers, run once over a whole interferogram, with their kernels.
  public struct SharedTrunk: Codable, Hashable, Sendable {
    /// Distance of neighbouring patches for which sharing pays off, pixels.
    public let patchStride: Int
    /// Name of its last layer.
    public let layer: String
    /// By layer name, as ``Plan/kernels``.
    public let kernels: [String: Kernel]
  }

  init(
    batchCapacity: Int, chunk: Int, machine: String, precision: Precision = .float32,
    library: MatrixLibrary = .cblas,
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

  /// This process's BLAS with its kernel set, and the engine's vector width.
  public static var thisMachine: String {
    "\(BLASEnvironment.configuration) \(BLASEnvironment.kernelName), vectors of \(Vectors.lanes)"
  }

  /// The description of this machine for a plan that may also use oneDNN.
  public static func machine(library: MatrixLibrary, precision: Precision) -> String {
    guard library == .oneDNN || precision == .bfloat16 else { return thisMachine }
    return "\(thisMachine), \(OneDNN.installed?.description ?? "no oneDNN")"
  }

  /// Equal for equal plans, however they were decoded.
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

  /// SHA-256 of ``canonicalText``, hexadecimal.
  public var hash: String {
    sha256Hex(of: Data(canonicalText.utf8))
  }
}
