import Imaging
import Interferometry
import NeuralNetwork

/// Memory that the stages of one interferogram share, for rasters of one size and one thread.
final class Workspace {
  let grid: Grid
  let layout: PatchLayout
  let scales: [ScaleWorkspace]
  let merger: ScaleMerger
  /// Finds the source in what the network says of it; `nil` for networks that do not.
  let sources: SourceMerger?
  let map: UnsafeMutableBufferPointer<Float>
  let kept: UnsafeMutableBufferPointer<Bool>
  /// One number per patch: the gate's fractions, then the probabilities to merge.
  let fractions: UnsafeMutableBufferPointer<Float>
  private let multilook: Multilook?

  init(layout: PatchLayout, rule: PatchRule, classifier: PatchClassifier) {
    self.layout = layout
    grid = layout.grid
    scales = layout.scales.map {
      ScaleWorkspace($0, gate: rule.profile.gate, inputSize: rule.inputSize, classifier: classifier)
    }
    merger = ScaleMerger(layout: layout, rule: rule.profile.merge)
    sources = classifier.sourceCells.map { SourceMerger(layout: layout, inputSize: rule.inputSize, cells: $0) }
    multilook = layout.scales.allSatisfy(\.isPlain) ? nil : Multilook(grid: layout.grid)
    map = .allocate(capacity: grid.count)
    map.initialize(repeating: 0)
    fractions = .allocate(capacity: layout.count)
    fractions.initialize(repeating: 0)
    kept = .allocate(capacity: layout.count)
    kept.initialize(repeating: false)
  }

  deinit {
    map.deallocate()
    fractions.deallocate()
    kept.deallocate()
  }

  /// Makes the coarser scales' pixels possible.
  func take(_ pixels: Detector.Pixels) { multilook?.take(pixels.phase) }

  /// Lays an interferogram that was taken on the canvas of a scale.
  func canvas(_ scale: ScaleWorkspace, _ pixels: Detector.Pixels) -> Detector.Pixels {
    scale.take(pixels, multilook)
  }

  /// The entries of ``kept`` and ``fractions`` of a scale.
  func entries(of scale: PatchScale) -> Range<Int> {
    scale.firstPatch..<(scale.firstPatch + scale.patches.count)
  }

  /// Evaluates the gate of a scale.
  ///
  /// - Returns: the number of patches that passed.
  func evaluateGate(_ scale: ScaleWorkspace, _ canvas: Detector.Pixels) -> Int {
    let entries = entries(of: scale.scale)
    return scale.gate.evaluate(
      phase: canvas.phase, coherence: canvas.coherence,
      kept: UnsafeMutableBufferPointer(rebasing: kept[entries]),
      fractions: UnsafeMutableBufferPointer(rebasing: fractions[entries]))
  }

  /// Takes over an earlier result of the gate.
  ///
  /// - Returns: the number of patches that passed.
  func take(_ known: KnownPatches) -> Int {
    fractions.update(repeating: 1)
    for patch in 0..<layout.count { kept[patch] = known.kept[patch] }
    return kept.count { $0 }
  }
}
