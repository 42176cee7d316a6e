import Imaging
import Interferometry

/// What is known so far of a unit's interferograms whose patches are under way. Its memory is kept from unit to unit.
final class UnitNotes {
  struct Story {
    var index: Int
    var statistics: PixelStatistics
    var seconds = StageSeconds()
    var rejection: String?
    var keptPatches = 0
    var peak: ProbabilityPeak?
  }

  /// In the order in which they were begun.
  var stories: [Story] = []
  private var patches = 0
  /// Per story and patch; NaN until the network has answered.
  private var probabilities: [Float] = []
  private var shares: [Float] = []

  /// Forgets the last unit, and makes room for one of so many interferograms.
  func begin(interferograms: Int, patches: Int) {
    self.patches = patches
    stories.removeAll(keepingCapacity: true)
    stories.reserveCapacity(interferograms)
    let wanted = interferograms * patches
    if probabilities.count < wanted {
      probabilities = [Float](repeating: .nan, count: wanted)
      shares = probabilities
    }
  }

  func add(_ story: Story, shares known: UnsafeBufferPointer<Float>? = nil) {
    stories.append(story)
    let place = stories.count - 1
    for patch in 0..<patches {
      probabilities[place * patches + patch] = .nan
      shares[place * patches + patch] = known.map { $0[patch] } ?? 1
    }
  }

  func reject(_ index: Int, _ reason: String, seconds: StageSeconds) {
    let nothing = UnsafeBufferPointer<Float>(start: nil, count: 0)
    var story = Story(index: index, statistics: PixelStatistics(phase: nothing, coherence: nil))
    (story.rejection, story.seconds) = (reason, seconds)
    add(story)
  }

  func setProbability(_ probability: Float, of patch: Int, story: Int) {
    probabilities[story * patches + patch] = probability
  }

  func probability(of patch: Int, story: Int) -> Float { probabilities[story * patches + patch] }

  func share(of patch: Int, story: Int) -> Float { shares[story * patches + patch] }

  /// What is said of an interferogram in the end.
  func judgement(_ place: Int, patches: PatchGrid, _ transform: GeoTransform) -> Detector.Judgement {
    let story = stories[place]
    if let rejection = story.rejection {
      return Detector.Judgement(outcome: .rejected(reason: rejection), seconds: story.seconds)
    }
    let row = story.peak?.place?.row ?? patches.grid.height / 2
    let column = story.peak?.place?.column ?? patches.grid.width / 2
    let result = DetectionResult(
      patchProbabilities: Array(probabilities[(place * self.patches)..<((place + 1) * self.patches)]),
      patchRows: patches.rowStarts.count, patchColumns: patches.columnStarts.count,
      maximumProbability: story.peak?.probability ?? 0, row: row, column: column,
      latitudeDegrees: transform.latitude(ofRow: row), longitudeDegrees: transform.longitude(ofColumn: column),
      pixelsAbove05: story.peak?.pixelsAbove50 ?? 0, pixelsAbove08: story.peak?.pixelsAbove80 ?? 0,
      keptPatches: story.keptPatches, noDataShare: story.statistics.noDataShare,
      meanCoherence: story.statistics.meanCoherence)
    return Detector.Judgement(outcome: .scored(result), seconds: story.seconds)
  }
}
