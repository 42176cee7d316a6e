import Interferometry

/// The gate of a method profile for the patches of an interferogram.
///
/// Owns its scratch memory: use one value per thread.
public final class PatchGate {
  /// The patches of the raster.
  public let patches: PatchGrid
  private let gate: Gate
  private let bytes: PixelBuffer<UInt8>
  private let valid: PixelBuffer<UInt8>

  private enum Gate {
    case edges(EdgeGate)
    case data(DataGate)
  }

  /// Prepares the gate; the settings of `rule` must be valid.
  public init(patches: PatchGrid, rule: GateRule) {
    self.patches = patches
    switch rule {
    case .edges(let parameters):
      gate = .edges(EdgeGate(patches: patches, parameters: parameters))
      bytes = PixelBuffer(count: patches.grid.count, repeating: 0)
      valid = PixelBuffer(count: patches.grid.count, repeating: 0)
    case .data(let parameters):
      gate = .data(DataGate(patches: patches, parameters: parameters))
      bytes = PixelBuffer(count: 0, repeating: 0)
      valid = PixelBuffer(count: 0, repeating: 0)
    }
  }

  /// Evaluates the gate for one interferogram.
  ///
  /// - Parameters:
  ///   - phase: Radians in [−π, π], row-major, NaN for no data.
  ///   - coherence: 0…1, NaN where unknown; `nil` if there is none. Used by the edge gate only.
  ///   - kept: Receives for each patch whether it passes.
  ///   - shares: Receives for each patch the factor for
  ///     ``ProbabilityMerger/merge(probabilities:shares:into:)``.
  /// - Returns: the number of patches that pass.
  @discardableResult
  public func evaluate(
    phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?,
    kept: UnsafeMutableBufferPointer<Bool>, shares: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    switch gate {
    case .data(let gate):
      return gate.evaluate(phase: phase, kept: kept, shares: shares)
    case .edges(let gate):
      precondition(shares.count == patches.count, "each patch has its entry")
      shares.update(repeating: 1)
      GrayScale.quantise(
        phase, into: UnsafeMutableBufferPointer(start: bytes.pointer, count: bytes.count),
        valid: UnsafeMutableBufferPointer(start: valid.pointer, count: valid.count))
      return gate.evaluate(gray: bytes.elements, valid: valid.elements, coherence: coherence, kept: kept)
    }
  }
}
