import Foundation
import Imaging
import Interferometry
import NeuralNetwork

/// In-flight state of a unit's interferograms while their patches are scored. Memory is reused from unit to
/// unit.
final class UnitScratch {
  struct InFlightState {
    var index: Int
    var statistics: PixelStatistics
    var seconds = StageSeconds()
    var rejection: RejectionReason?
    /// Why the pixels could not be read.
    var trouble: UnreadablePixels?
    var keptPatches = 0
    /// What the merged map says.
    var finding: Finding?
    /// Where the network sees the source, for patches whose probability counts.
    var sources: [PatchSource] = []
    /// The patch with the highest probability so far, and the output of the location head for it.
    var located: (patch: Int, location: SIMD4<Float>)?
    /// Activations of the patches that passed the gate, in half precision; empty if none are stored.
    var activations: [UInt16] = []
    var isStorable = true

    var isScorable: Bool { rejection == nil && trouble == nil }
  }

  /// In the order in which they were started.
  var inFlightStates: [InFlightState] = []
  private var patches = 0
  private var grid: Grid?
  private var validPixels: [ValidPixels] = []
  private var embeddingCount = 0
  /// Per interferogram, of the patch with the highest probability so far; NaN until there is one.
  private var embeddings: [Float] = []
  private var embeddedPatches: [Int?] = []
  /// Per interferogram and patch; NaN until the network has run.
  private var probabilities: [Float] = []
  private var shares: [Float] = []

  /// Discards the previous unit and prepares for one of this size.
  func begin(interferograms: Int, layout: PatchLayout, embeddingCount: Int) {
    patches = layout.count
    self.embeddingCount = embeddingCount
    inFlightStates.removeAll(keepingCapacity: true)
    inFlightStates.reserveCapacity(interferograms)
    let wanted = interferograms * patches
    if probabilities.count < wanted {
      probabilities = [Float](repeating: .nan, count: wanted)
      shares = probabilities
    }
    if embeddings.count < interferograms * embeddingCount {
      embeddings = [Float](repeating: .nan, count: interferograms * embeddingCount)
    }
    embeddedPatches.removeAll(keepingCapacity: true)
    embeddedPatches.reserveCapacity(interferograms)
    if grid != layout.grid { validPixels = [] }
    grid = layout.grid
    while validPixels.count < interferograms { validPixels.append(ValidPixels(grid: layout.grid)) }
  }

  /// Adds an interferogram, whose patches have no probabilities yet and count in full.
  func add(_ story: InFlightState) {
    inFlightStates.append(story)
    embeddedPatches.append(nil)
    let place = inFlightStates.count - 1
    for patch in 0..<patches {
      probabilities[place * patches + patch] = .nan
      shares[place * patches + patch] = 1
    }
  }

  func setValid(_ phase: UnsafeBufferPointer<Float>, story: Int) { validPixels[story].take(phase) }

  func setValid(_ mask: DataMask, story: Int) { validPixels[story].take(mask) }

  func valid(story: Int) -> ValidPixels { validPixels[story] }

  /// Makes room for this many stored activations of an interferogram.
  func reserveActivations(_ count: Int, story: Int) {
    let missing = count - inFlightStates[story].activations.count
    if missing > 0 { inFlightStates[story].activations += [UInt16](repeating: 0, count: missing) }
  }

  /// Keeps the embedding of a patch if its probability is the highest so far.
  func setEmbedding(_ embedding: UnsafeBufferPointer<Float>, of place: PatchBatch.Place) {
    let probability = probability(of: place.patch, story: place.story)
    guard !probability.isNaN else { return }
    if let other = embeddedPatches[place.story] {
      let highest = self.probability(of: other, story: place.story)
      guard probability > highest || probability == highest && place.patch < other else { return }
    }
    embeddedPatches[place.story] = place.patch
    for (index, value) in embedding.enumerated() { embeddings[place.story * embeddingCount + index] = value }
  }

  func note(_ trouble: UnreadablePixels, of index: Int, seconds: StageSeconds) {
    let nothing = UnsafeBufferPointer<Float>(start: nil, count: 0)
    var story = InFlightState(index: index, statistics: PixelStatistics(phase: nothing, coherence: nil))
    (story.trouble, story.seconds) = (trouble, seconds)
    add(story)
  }

  func setProbability(_ probability: Float, of patch: Int, story: Int) {
    probabilities[story * patches + patch] = probability
  }

  /// Keeps the location of a patch if its probability is the highest so far.
  func setLocation(_ location: SIMD4<Float>, of patch: Int, story: Int) {
    let probability = probability(of: patch, story: story)
    // A NaN output rejects the interferogram.
    guard !probability.isNaN else { return }
    if let other = inFlightStates[story].located?.patch {
      let highest = self.probability(of: other, story: story)
      guard probability > highest || probability == highest && patch < other else { return }
    }
    inFlightStates[story].located = (patch, location)
  }

  func probability(of patch: Int, story: Int) -> Float { probabilities[story * patches + patch] }

  func setShare(_ share: Float, of patch: Int, story: Int) { shares[story * patches + patch] = share }

  /// Keeps the activations of a patch.
  func keep(_ activations: UnsafeBufferPointer<Float>, of place: PatchBatch.Place) {
    let start = place.rank * activations.count
    let isFinite = inFlightStates[place.story].activations.withUnsafeMutableBufferPointer {
      HalfPrecision.round(
        activations, into: UnsafeMutableBufferPointer(rebasing: $0[start..<(start + activations.count)]))
    }
    if !isFinite { inFlightStates[place.story].isStorable = false }
  }

  /// Activations to store for an interferogram; `nil` if values exceed half precision, or there are none.
  private func activations(_ place: Int) -> PatchActivations? {
    let story = inFlightStates[place]
    guard story.isStorable, story.keptPatches > 0 else { return nil }
    let kept = (0..<patches).map { !probability(of: $0, story: place).isNaN }
    return PatchActivations(
      known: KnownPatches(
        kept: kept, noDataShare: story.statistics.noDataShare, meanCoherence: story.statistics.meanCoherence),
      shares: kept.indices.filter { kept[$0] }.map { share(of: $0, story: place) },
      halves: story.activations.withUnsafeBytes { Data($0) }, mask: validPixels[place].mask)
  }

  func share(of patch: Int, story: Int) -> Float { shares[story * patches + patch] }

  /// Result of an interferogram.
  func interferogramResult(
    _ place: Int, layout: PatchLayout, inputSize: Int, _ transform: GeoTransform, storing: Bool = false
  ) -> Detector.InterferogramResult {
    let story = inFlightStates[place]
    if let trouble = story.trouble { return Detector.InterferogramResult(trouble, seconds: story.seconds) }
    if let rejection = story.rejection { return Detector.InterferogramResult(rejection, seconds: story.seconds) }
    let finding = story.finding
    let row = finding?.place?.row ?? layout.grid.height / 2
    let column = finding?.place?.column ?? layout.grid.width / 2
    let finest = layout.scales[0].patches
    let result = DetectionResult(
      patchProbabilities: Array(probabilities[(place * patches)..<((place + 1) * patches)]),
      patchRows: finest.rowStarts.count, patchColumns: finest.columnStarts.count,
      maximumProbability: finding?.probability ?? 0, peakScale: finding?.scale ?? 1, row: row, column: column,
      latitudeDegrees: transform.latitude(ofRow: row), longitudeDegrees: transform.longitude(ofColumn: column),
      pixelsAbove05: finding?.pixelsAbove50 ?? 0, pixelsAbove08: finding?.pixelsAbove80 ?? 0,
      keptPatches: story.keptPatches, noDataShare: story.statistics.noDataShare,
      meanCoherence: story.statistics.meanCoherence,
      box: story.located.flatMap { layout.box($0.location, of: $0.patch, inputSize: inputSize) },
      sourceMap: finding?.sourceMap,
      embedding: embeddedPatches[place] == nil
        ? [] : Array(embeddings[(place * embeddingCount)..<((place + 1) * embeddingCount)]))
    return Detector.InterferogramResult(
      outcome: .scored(result), seconds: story.seconds, activations: storing ? activations(place) : nil)
  }
}
