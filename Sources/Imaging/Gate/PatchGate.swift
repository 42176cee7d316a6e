import Interferometry

/// The gate of a method profile over the patches of one interferogram, whichever rule it is.
///
/// Owns its scratch memory, so one value serves one thread.
public final class PatchGate {
  public let patches: PatchGrid
  private let gate: Gate
  private let bytes: PixelBuffer<UInt8>
  private let valid: PixelBuffer<UInt8>

  private enum Gate {
    case edges(EdgeGate)
    case data(DataGate)
  }

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

  /// - Parameters:
  ///   - phase: Radians in [−π, π], row-major, NaN where there is no data.
  ///   - coherence: 0…1, NaN where unknown; `nil` where there is none at all. Only the edge gate asks for it.
  ///   - kept: For each patch whether it goes to the network.
  ///   - shares: For each patch the factor that ``ProbabilityMerger/merge(probabilities:shares:into:)`` takes.
  /// - Returns: The number of patches kept.
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
