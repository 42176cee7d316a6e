import Imaging
import Interferometry
import NeuralNetwork

/// Memory for one scale of an interferogram.
final class ScaleWorkspace {
  let scale: PatchScale
  let gate: PatchGate
  /// Patches that share the trunk; `nil` if each is computed separately.
  let shared: SharedPatches?
  /// The canvas in gray.
  let gray: UnsafeMutableBufferPointer<Float>
  /// The canvas's phase and coherence; empty where the canvas is the interferogram itself.
  private let phase: UnsafeMutableBufferPointer<Float>
  private let coherence: UnsafeMutableBufferPointer<Float>

  init(_ scale: PatchScale, gate rule: GateRule, inputSize: Int, classifier: PatchClassifier) {
    self.scale = scale
    gate = PatchGate(patches: scale.patches, rule: rule)
    shared = SharedPatches(scale.patches, inputSize: inputSize, classifier: classifier)
    gray = .allocate(capacity: scale.canvas.count)
    gray.initialize(repeating: GrayScale.noData)
    let own = scale.isPlain ? 0 : scale.canvas.count
    phase = .allocate(capacity: own)
    phase.initialize(repeating: .nan)
    coherence = .allocate(capacity: own)
    coherence.initialize(repeating: .nan)
  }

  deinit {
    for buffer in [gray, phase, coherence] { buffer.deallocate() }
  }

  /// Lays an interferogram on the canvas, in gray too.
  ///
  /// - Parameters:
  ///   - pixels: The interferogram.
  ///   - multilook: Has taken it; `nil` where the canvas is the interferogram itself.
  /// - Returns: the pixels of the canvas, valid until the next call.
  func take(_ pixels: Detector.Pixels, _ multilook: Multilook?) -> Detector.Pixels {
    guard let multilook, !scale.isPlain else {
      GrayScale.scale(pixels.phase, into: gray)
      return pixels
    }
    if scale.factor == 1 {
      lay(pixels.phase, into: phase)
    } else {
      multilook.average(scale, into: phase)
    }
    GrayScale.scale(UnsafeBufferPointer(phase), into: gray)
    guard let known = pixels.coherence else {
      return Detector.Pixels(phase: UnsafeBufferPointer(phase), coherence: nil)
    }
    if scale.factor == 1 {
      lay(known, into: coherence)
    } else {
      multilook.average(known, scale, into: coherence)
    }
    return Detector.Pixels(phase: UnsafeBufferPointer(phase), coherence: UnsafeBufferPointer(coherence))
  }

  /// Copies a raster into the middle of the canvas; the margin keeps its NaN.
  private func lay(_ raster: UnsafeBufferPointer<Float>, into canvas: UnsafeMutableBufferPointer<Float>) {
    guard let source = raster.baseAddress, let target = canvas.baseAddress else { return }
    let width = scale.raster.width
    for row in 0..<scale.raster.height {
      (target + (scale.top + row) * scale.canvas.width + scale.left).update(
        from: source + row * width, count: width)
    }
  }

  /// Copies what the network sees of a patch, in gray.
  func copy(_ patch: Int, inputSize size: Int, into target: UnsafeMutablePointer<Float>) {
    let inset = scale.patches.centralWindow(inputSize: size) ?? 0
    let origin = scale.patches.origin(of: patch)
    guard let gray = gray.baseAddress else { return }
    let width = scale.canvas.width
    let source = gray + (origin.row + inset) * width + origin.column + inset
    for row in 0..<size { (target + row * size).update(from: source + row * width, count: size) }
  }
}
