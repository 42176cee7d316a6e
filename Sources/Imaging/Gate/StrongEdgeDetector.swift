import Interferometry

/// Finds the edges that count for the edge gate: Canny edges of the blurred gray image, without those that touch
/// no-data (closer than the blur, the gradient and its neighbours reach) and without those of decorrelated pixels,
/// by coherence where it is known nearby, else by the phase gradient (see ``PhaseGradientFilter``).
///
/// Owns its scratch memory, so one value serves one thread.
public final class StrongEdgeDetector {
  public let grid: Grid
  public let parameters: EdgeGateParameters
  private let blur: GaussianBlur
  private let canny: CannyDetector
  private let margin: NoDataMargin
  private let coherenceFilter: CoherenceFilter
  private let phaseFilter: PhaseGradientFilter
  private let blurred: PixelBuffer<UInt8>

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

  /// - Parameters:
  ///   - gray: Gray bytes of the phase, row-major.
  ///   - valid: 1 where there is data, else 0.
  ///   - coherence: 0…1, NaN where unknown; `nil` where there is none at all.
  ///   - edges: 1 where there is a strong edge, else 0.
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
