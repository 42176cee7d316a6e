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
  private var fractions: [Float] = []

  /// Discards the previous unit and prepares for one of this size.
  func begin(interferograms: Int, layout: PatchLayout, embeddingCount: Int) {
    patches = layout.count
    self.embeddingCount = embeddingCount
    inFlightStates.removeAll(keepingCapacity: true)
    inFlightStates.reserveCapacity(interferograms)
    let wanted = interferograms * patches
    if probabilities.count < wanted {
      probabilities = [Float](repeating: .nan, count: wanted)
      fractions = probabilities
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
  func add(_ state: InFlightState) {
    inFlightStates.append(state)
    embeddedPatches.append(nil)
    let place = inFlightStates.count - 1
    for patch in 0..<patches {
      probabilities[place * patches + patch] = .nan
      fractions[place * patches + patch] = 1
    }
  }

  func setValid(_ phase: UnsafeBufferPointer<Float>, entry: Int) { validPixels[entry].take(phase) }

  func setValid(_ mask: DataMask, entry: Int) { validPixels[entry].take(mask) }

  func valid(entry: Int) -> ValidPixels { validPixels[entry] }

  /// Makes room for this many stored activations of an interferogram.
  func reserveActivations(_ count: Int, entry: Int) {
    let missing = count - inFlightStates[entry].activations.count
    if missing > 0 { inFlightStates[entry].activations += [UInt16](repeating: 0, count: missing) }
  }

  /// Keeps the embedding of a patch if its probability is the highest so far.
  func setEmbedding(_ embedding: UnsafeBufferPointer<Float>, of place: PatchBatch.Place) {
    let probability = probability(of: place.patch, entry: place.entry)
    guard !probability.isNaN else { return }
    if let other = embeddedPatches[place.entry] {
      let highest = self.probability(of: other, entry: place.entry)
      guard probability > highest || probability == highest && place.patch < other else { return }
    }
    embeddedPatches[place.entry] = place.patch
    for (index, value) in embedding.enumerated() { embeddings[place.entry * embeddingCount + index] = value }
  }

  func note(_ trouble: UnreadablePixels, of index: Int, seconds: StageSeconds) {
    let nothing = UnsafeBufferPointer<Float>(start: nil, count: 0)
    var state = InFlightState(index: index, statistics: PixelStatistics(phase: nothing, coherence: nil))
    (state.trouble, state.seconds) = (trouble, seconds)
    add(state)
  }

  func setProbability(_ probability: Float, of patch: Int, entry: Int) {
    probabilities[entry * patches + patch] = probability
  }

  /// Keeps the location of a patch if its probability is the highest so far.
  func setLocation(_ location: SIMD4<Float>, of patch: Int, entry: Int) {
    let probability = probability(of: patch, entry: entry)
    // A NaN output rejects the interferogram.
    guard !probability.isNaN else { return }
    if let other = inFlightStates[entry].located?.patch {
      let highest = self.probability(of: other, entry: entry)
      guard probability > highest || probability == highest && patch < other else { return }
    }
    inFlightStates[entry].located = (patch, location)
  }

  func probability(of patch: Int, entry: Int) -> Float { probabilities[entry * patches + patch] }

  func setFraction(_ fraction: Float, of patch: Int, entry: Int) { fractions[entry * patches + patch] = fraction }

  /// Keeps the activations of a patch.
  func keep(_ activations: UnsafeBufferPointer<Float>, of place: PatchBatch.Place) {
    let start = place.rank * activations.count
    let isFinite = inFlightStates[place.entry].activations.withUnsafeMutableBufferPointer {
      HalfPrecision.round(
        activations, into: UnsafeMutableBufferPointer(rebasing: $0[start..<(start + activations.count)]))
    }
    if !isFinite { inFlightStates[place.entry].isStorable = false }
  }

  /// Activations to store for an interferogram; `nil` if values exceed half precision, or there are none.
  private func activations(_ place: Int) -> PatchActivations? {
    let state = inFlightStates[place]
    guard state.isStorable, state.keptPatches > 0 else { return nil }
    let kept = (0..<patches).map { !probability(of: $0, entry: place).isNaN }
    return PatchActivations(
      known: KnownPatches(
        kept: kept, noDataShare: state.statistics.noDataShare, meanCoherence: state.statistics.meanCoherence),
      fractions: kept.indices.filter { kept[$0] }.map { fraction(of: $0, entry: place) },
      halves: state.activations.withUnsafeBytes { Data($0) }, mask: validPixels[place].mask)
  }

  /// Empty if no patch was scored. A network's numbers can overflow, and then they say nothing of the patch: the score
  /// stands without them, because a coordinator refuses results with such numbers.
  private func embedding(_ place: Int) -> [Float] {
    guard embeddedPatches[place] != nil else { return [] }
    let numbers = embeddings[(place * embeddingCount)..<((place + 1) * embeddingCount)]
    return numbers.allSatisfy(\.isFinite) ? Array(numbers) : []
  }

  func fraction(of patch: Int, entry: Int) -> Float { fractions[entry * patches + patch] }

  /// Result of an interferogram.
  func interferogramResult(
    _ place: Int, layout: PatchLayout, inputSize: Int, _ transform: GeoTransform, storing: Bool = false
  ) -> Detector.InterferogramResult {
    let state = inFlightStates[place]
    if let trouble = state.trouble { return Detector.InterferogramResult(trouble, seconds: state.seconds) }
    if let rejection = state.rejection { return Detector.InterferogramResult(rejection, seconds: state.seconds) }
    let finding = state.finding
    let row = finding?.place?.row ?? layout.grid.height / 2
    let column = finding?.place?.column ?? layout.grid.width / 2
    let finest = layout.scales[0].patches
    let result = DetectionResult(
      patchProbabilities: Array(probabilities[(place * patches)..<((place + 1) * patches)]),
      patchRows: finest.rowStarts.count, patchColumns: finest.columnStarts.count,
      maximumProbability: finding?.probability ?? 0, peakScale: finding?.scale ?? 1, row: row, column: column,
      latitudeDegrees: transform.latitude(ofRow: row), longitudeDegrees: transform.longitude(ofColumn: column),
      pixelsAbove05: finding?.pixelsAbove50 ?? 0, pixelsAbove08: finding?.pixelsAbove80 ?? 0,
      keptPatches: state.keptPatches, noDataShare: state.statistics.noDataShare,
      meanCoherence: state.statistics.meanCoherence,
      box: state.located.flatMap { layout.box($0.location, of: $0.patch, inputSize: inputSize) },
      sourceMap: finding?.sourceMap,
      embedding: embedding(place))
    return Detector.InterferogramResult(
      outcome: .scored(result), seconds: state.seconds, activations: storing ? activations(place) : nil)
  }
}
