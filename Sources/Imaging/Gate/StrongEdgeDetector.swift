import Interferometry

/// Strong edges for the edge gate: Canny edges of the blurred gray image, without those near no data (within
/// the reach of blur, gradient and its neighbours) and those at decorrelated pixels. Decorrelation is decided
/// by coherence where it is known nearby, else by the phase gradient (see ``PhaseGradientFilter``).
///
/// Owns its scratch memory: use one value per thread.
public final class StrongEdgeDetector {
  /// Size of the images.
  public let grid: Grid
  /// Settings of the edges.
  public let parameters: EdgeGateParameters
  private let blur: GaussianBlur
  private let canny: CannyDetector
  private let margin: NoDataMargin
  private let coherenceFilter: CoherenceFilter
  private let phaseFilter: PhaseGradientFilter
  private let blurred: PixelBuffer<UInt8>

  /// Prepares detection in images of one size; `parameters` must be valid.
  public init(grid: Grid, parameters: EdgeGateParameters) {
    precondition(parameters.problem == nil, "settings are checked where they are read")
    self.grid = grid
    self.parameters = parameters
    let kernel = GaussianKernel(sigma: parameters.blurSigma)
    blur = GaussianBlur(grid: grid, kernel: kernel)
    canny = CannyDetector(grid: grid, low: parameters.lowThreshold, high: parameters.highThreshold)
    margin = NoDataMargin(grid: grid, radius: kernel.radius + 2)
    coherenceFilter = CoherenceFilter(
      grid: grid, window: parameters.coherenceWindow, threshold: parameters.coherenceThreshold)
    phaseFilter = PhaseGradientFilter(
      grid: grid, window: parameters.phaseCoherenceWindow, threshold: parameters.phaseCoherenceThreshold)
    blurred = PixelBuffer(count: grid.count, repeating: 0)
  }

  /// Detects strong edges.
  ///
  /// - Parameters:
  ///   - gray: Gray bytes of the phase, row-major.
  ///   - valid: 1 for pixels with data, else 0.
  ///   - coherence: 0…1, NaN where unknown; `nil` if there is none.
  ///   - edges: Receives 1 for strong edges, else 0.
  public func detect(
    gray: UnsafeBufferPointer<UInt8>, valid: UnsafeBufferPointer<UInt8>,
    coherence: UnsafeBufferPointer<Float>?, into edges: UnsafeMutableBufferPointer<UInt8>
  ) {
    precondition(gray.count == grid.count && valid.count == grid.count, "the images fill the grid")
    precondition(coherence.map { $0.count == grid.count } ?? true, "the coherence fills the grid")
    precondition(edges.count == grid.count, "the edge map fills the grid")
    guard let grayStart = gray.baseAddress, let validStart = valid.baseAddress, let target = edges.baseAddress
    else { return }
    blur.apply(gray, into: UnsafeMutableBufferPointer(start: blurred.pointer, count: blurred.count))
    canny.detect(blurred.elements, into: edges)
    if valid.contains(0) { margin.apply(valid: validStart, to: target) }
    guard let known = coherence?.baseAddress else {
      return phaseFilter.apply(gray: grayStart, valid: validStart, to: target, asked: EdgeMark.strong)
    }
    if coherenceFilter.apply(known, to: target) {
      phaseFilter.apply(gray: grayStart, valid: validStart, to: target, asked: EdgeMark.undecided)
    }
  }
}
