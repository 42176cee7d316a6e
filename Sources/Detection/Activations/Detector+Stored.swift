import Foundation
import Interferometry
import NeuralNetwork

/// Scoring from stored activations of a layer.
extension Detector {
  /// Whether stored activations belong to this detector's split point and to all patches of a raster.
  public func accepts(_ stored: PatchActivations, grid: Grid) -> Bool {
    guard let reused, let layout = rule.layout(of: grid), stored.mask.pixelCount == grid.count else { return false }
    return stored.fits(patches: layout.count, activationCount: reused.classifier.activationCount)
  }

  /// Scores interferograms from stored activations, without their pixels, by the layers after the split
  /// point.
  ///
  /// - Parameters:
  ///   - stored: Activations of each interferogram, which ``accepts(_:grid:)`` must accept.
  ///   - grid: Size of the rasters.
  ///   - geoTransform: Position of the rasters.
  ///   - step: As for pixels.
  ///   - shouldStop: Called before each interferogram; true skips the rest.
  /// - Returns: the results of all interferograms that were started, by index.
  public func score(
    stored: [PatchActivations], grid: Grid, geoTransform: GeoTransform,
    step: (Stage, _ index: Int) -> Void = { _, _ in }, shouldStop: () -> Bool = { false }
  ) -> [Int: InterferogramResult] {
    guard let workspace = workspace(for: grid), let (classifier, batch) = reused else { return [:] }
    unit.begin(
      interferograms: stored.count, layout: workspace.layout, embeddingCount: classifier.embeddingCount)
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
    var state = UnitScratch.InFlightState(index: index, statistics: PixelStatistics(stored.known))
    state.keptPatches = stored.fractions.count
    unit.add(state)
    let place = unit.inFlightStates.count - 1
    unit.setValid(stored.mask, entry: place)
    let bytes = stored.fractions.isEmpty ? 0 : stored.halves.count / stored.fractions.count
    var rank = 0
    for patch in kept.indices where kept[patch] {
      unit.setFraction(stored.fractions[rank], of: patch, entry: place)
      stored.halves.withUnsafeBytes { halves in
        guard let base = halves.baseAddress else { return }
        batch.add(.init(entry: place, patch: patch, rank: rank), halves: base + rank * bytes)
      }
      rank += 1
      if batch.isFull { runHead(batch, step) }
    }
  }

  private func runHead(_ batch: ActivationBatch, _ step: (Stage, Int) -> Void) {
    guard let first = batch.places.first else { return }
    let index = unit.inFlightStates[first.entry].index
    step(.network, index)
    var watch = Stopwatch()
    batch.classify(into: probabilities, progress: { step(.network, index) })
    let each = watch.lap() / Float(batch.places.count)
    for (slot, place) in batch.places.enumerated() {
      take(probabilities[slot], of: place, seconds: each)
      keepSource(of: place) { reused?.classifier.copySourceCells(ofPatch: slot, area: $0, centre: $1) }
      if let embedding = reused?.classifier.embedding(ofPatch: slot) { unit.setEmbedding(embedding, of: place) }
    }
    batch.removeAll()
  }
}

extension PixelStatistics {
  /// The statistics from when the pixels were read.
  init(_ known: KnownPatches) {
    self.init(noDataShare: known.noDataShare, meanCoherence: known.meanCoherence, rejection: nil)
  }
}
