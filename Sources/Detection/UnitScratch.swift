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
    var peak: ProbabilityPeak?
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
  /// Per interferogram and patch; NaN until the network has run.
  private var probabilities: [Float] = []
  private var shares: [Float] = []

  /// Discards the previous unit and prepares for one of this size.
  func begin(interferograms: Int, patches: Int) {
    self.patches = patches
    inFlightStates.removeAll(keepingCapacity: true)
    inFlightStates.reserveCapacity(interferograms)
    let wanted = interferograms * patches
    if probabilities.count < wanted {
      probabilities = [Float](repeating: .nan, count: wanted)
      shares = probabilities
    }
  }

  func add(_ story: InFlightState, shares known: UnsafeBufferPointer<Float>? = nil) {
    inFlightStates.append(story)
    let place = inFlightStates.count - 1
    for patch in 0..<patches {
      probabilities[place * patches + patch] = .nan
      shares[place * patches + patch] = known.map { $0[patch] } ?? 1
    }
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
      halves: story.activations.withUnsafeBytes { Data($0) })
  }

  func share(of patch: Int, story: Int) -> Float { shares[story * patches + patch] }

  /// Result of an interferogram.
  func interferogramResult(
    _ place: Int, patches: PatchGrid, inputSize: Int, _ transform: GeoTransform, storing: Bool = false
  ) -> Detector.InterferogramResult {
    let story = inFlightStates[place]
    if let trouble = story.trouble { return Detector.InterferogramResult(trouble, seconds: story.seconds) }
    if let rejection = story.rejection { return Detector.InterferogramResult(rejection, seconds: story.seconds) }
    let row = story.peak?.place?.row ?? patches.grid.height / 2
    let column = story.peak?.place?.column ?? patches.grid.width / 2
    let result = DetectionResult(
      patchProbabilities: Array(probabilities[(place * self.patches)..<((place + 1) * self.patches)]),
      patchRows: patches.rowStarts.count, patchColumns: patches.columnStarts.count,
      maximumProbability: story.peak?.probability ?? 0, row: row, column: column,
      latitudeDegrees: transform.latitude(ofRow: row), longitudeDegrees: transform.longitude(ofColumn: column),
      pixelsAbove05: story.peak?.pixelsAbove50 ?? 0, pixelsAbove08: story.peak?.pixelsAbove80 ?? 0,
      keptPatches: story.keptPatches, noDataShare: story.statistics.noDataShare,
      meanCoherence: story.statistics.meanCoherence,
      box: story.located.flatMap { patches.box($0.location, of: $0.patch, inputSize: inputSize) })
    return Detector.InterferogramResult(
      outcome: .scored(result), seconds: story.seconds, activations: storing ? activations(place) : nil)
  }
}
