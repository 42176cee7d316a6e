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
    case fringes(FringeGate, Phasors)
    case edges(EdgeGate)
    case data(DataGate)
    case off
  }

  public init(patches: PatchGrid, rule: GateRule) {
    self.patches = patches
    var needsBytes = false
    switch rule {
    case .fringes(let parameters):
      gate = .fringes(FringeGate(patches: patches, parameters: parameters), Phasors(grid: patches.grid))
    case .edges(let parameters):
      gate = .edges(EdgeGate(patches: patches, parameters: parameters))
      needsBytes = true
    case .data(let parameters):
      gate = .data(DataGate(patches: patches, parameters: parameters))
    case .off:
      gate = .off
      needsBytes = true
    }
    bytes = PixelBuffer(count: needsBytes ? patches.grid.count : 0, repeating: 0)
    valid = PixelBuffer(count: needsBytes ? patches.grid.count : 0, repeating: 0)
  }

  /// - Parameters:
  ///   - phase: Radians in [−π, π], row-major, NaN where there is no data.
  ///   - coherence: 0…1, NaN where unknown; `nil` where there is none at all. The data gate does not ask for it.
  ///   - kept: For each patch whether it goes to the network.
  ///   - shares: For each patch the factor that ``ProbabilityMerger/merge(probabilities:shares:into:)`` takes.
  /// - Returns: The number of patches kept.
  @discardableResult
  public func evaluate(
    phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?,
    kept: UnsafeMutableBufferPointer<Bool>, shares: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(shares.count == patches.count, "each patch has its entry")
    switch gate {
    case .data(let gate):
      return gate.evaluate(phase: phase, kept: kept, shares: shares)
    case .fringes(let gate, let phasors):
      shares.update(repeating: 1)
      phasors.take(phase)
      return gate.evaluate(phasors, coherence: coherence, kept: kept)
    case .edges(let gate):
      shares.update(repeating: 1)
      quantise(phase)
      return gate.evaluate(gray: bytes.elements, valid: valid.elements, coherence: coherence, kept: kept)
    case .off:
      shares.update(repeating: 1)
      quantise(phase)
      var count = 0
      for patch in 0..<patches.count {
        kept[patch] = patches.varies(bytes.elements, valid: valid.elements, over: patch)
        count += kept[patch] ? 1 : 0
      }
      return count
    }
  }

  private func quantise(_ phase: UnsafeBufferPointer<Float>) {
    GrayScale.quantise(
      phase, into: UnsafeMutableBufferPointer(start: bytes.pointer, count: bytes.count),
      valid: UnsafeMutableBufferPointer(start: valid.pointer, count: valid.count))
  }
}
