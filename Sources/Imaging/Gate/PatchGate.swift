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
    case fringes(FringeGate, Phasors)
    case edges(EdgeGate)
    case data(DataGate)
    case off
  }

  /// Prepares the gate; the settings of `rule` must be valid.
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

  /// Evaluates the gate for one interferogram.
  ///
  /// - Parameters:
  ///   - phase: Radians in [−π, π], row-major, NaN for no data.
  ///   - coherence: 0…1, NaN where unknown; `nil` if there is none. The data gate ignores it.
  ///   - kept: Receives for each patch whether it passes.
  ///   - fractions: Receives for each patch the factor for
  ///     ``ProbabilityMerger/merge(probabilities:fractions:into:)``.
  /// - Returns: the number of patches that pass.
  @discardableResult
  public func evaluate(
    phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?,
    kept: UnsafeMutableBufferPointer<Bool>, fractions: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(fractions.count == patches.count, "each patch has its entry")
    switch gate {
    case .data(let gate):
      return gate.evaluate(phase: phase, kept: kept, fractions: fractions)
    case .fringes(let gate, let phasors):
      fractions.update(repeating: 1)
      phasors.take(phase)
      return gate.evaluate(phasors, coherence: coherence, kept: kept)
    case .edges(let gate):
      fractions.update(repeating: 1)
      quantise(phase)
      return gate.evaluate(gray: bytes.elements, valid: valid.elements, coherence: coherence, kept: kept)
    case .off:
      return passAll(phase, kept, fractions)
    }
  }

  /// Passes every patch that has data and more than one gray, with the factors of ``DataGate``.
  private func passAll(
    _ phase: UnsafeBufferPointer<Float>, _ kept: UnsafeMutableBufferPointer<Bool>,
    _ fractions: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    quantise(phase)
    var count = 0
    for patch in 0..<patches.count {
      kept[patch] = patches.varies(bytes.elements, valid: valid.elements, over: patch)
      count += kept[patch] ? 1 : 0
    }
    for index in phase.indices { bytes.pointer[index] = phase[index] <= -GrayScale.pi ? 0 : 1 }
    for patch in 0..<patches.count {
      fractions[patch] = Float(Double(patches.sum(of: bytes.elements, over: patch)) / Double(patches.patchArea))
    }
    return count
  }

  private func quantise(_ phase: UnsafeBufferPointer<Float>) {
    GrayScale.quantise(
      phase, into: UnsafeMutableBufferPointer(start: bytes.pointer, count: bytes.count),
      valid: UnsafeMutableBufferPointer(start: valid.pointer, count: valid.count))
  }
}
