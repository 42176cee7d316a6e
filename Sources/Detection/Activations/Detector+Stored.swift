import Foundation
import Interferometry
import NeuralNetwork

/// Interferograms of which a layer's activations are stored.
extension Detector {
  /// Whether stored activations are of this detector's layer and of all patches of a raster.
  public func accepts(_ stored: PatchActivations, grid: Grid) -> Bool {
    guard let reused, let patches = rule.patches(of: grid) else { return false }
    return stored.fits(patches: patches.count, activationCount: reused.classifier.activationCount)
  }

  /// Judges interferograms without their pixels, by the layers behind the one whose activations are stored.
  ///
  /// - Parameters:
  ///   - stored: what is stored of each, as ``accepts(_:grid:)`` says.
  ///   - grid: their size.
  ///   - geoTransform: where they lie.
  ///   - step: as for pixels.
  ///   - shouldStop: asked before each interferogram; once it says yes the rest is left out.
  /// - Returns: a judgement for each interferogram that was begun, by index.
  public func judge(
    stored: [PatchActivations], grid: Grid, geoTransform: GeoTransform,
    step: (Stage, _ index: Int) -> Void = { _, _ in }, shouldStop: () -> Bool = { false }
  ) -> [Int: Judgement] {
    guard let workspace = workspace(for: grid), let batch = reused?.batch else { return [:] }
    unit.begin(interferograms: stored.count, patches: workspace.patches.count)
    batch.removeAll()
    for (index, stored) in stored.enumerated() {
      precondition(accepts(stored, grid: grid), "stored activations are looked at before they are judged")
      if shouldStop() { break }
      take(stored, index, batch, step)
    }
    runHead(batch, step)
    return finish(workspace, geoTransform, storing: false, step)
  }

  private func take(
    _ stored: PatchActivations, _ index: Int, _ batch: ActivationBatch, _ step: (Stage, Int) -> Void
  ) {
    let kept = stored.known.kept
    var story = UnitNotes.Story(index: index, statistics: PixelStatistics(stored.known))
    story.keptPatches = stored.shares.count
    unit.add(story)
    let place = unit.stories.count - 1
    let bytes = stored.shares.isEmpty ? 0 : stored.halves.count / stored.shares.count
    var rank = 0
    for patch in kept.indices where kept[patch] {
      unit.setShare(stored.shares[rank], of: patch, story: place)
      stored.halves.withUnsafeBytes { halves in
        guard let base = halves.baseAddress else { return }
        batch.add(.init(story: place, patch: patch, rank: rank), halves: base + rank * bytes)
      }
      rank += 1
      if batch.isFull { runHead(batch, step) }
    }
  }

  private func runHead(_ batch: ActivationBatch, _ step: (Stage, Int) -> Void) {
    guard let first = batch.places.first else { return }
    let index = unit.stories[first.story].index
    step(.network, index)
    var watch = Stopwatch()
    batch.classify(into: probabilities, progress: { step(.network, index) })
    let each = watch.lap() / Float(batch.places.count)
    for (slot, place) in batch.places.enumerated() { take(probabilities[slot], of: place, seconds: each) }
    batch.removeAll()
  }
}

extension PixelStatistics {
  /// What they were when the pixels were looked at.
  init(_ known: KnownPatches) {
    self.init(noDataShare: known.noDataShare, meanCoherence: known.meanCoherence, rejection: nil)
  }
}
