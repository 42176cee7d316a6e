import Crypto
import Foundation
import Imaging
import Interferometry
import NeuralNetwork

/// The per-interferogram pipeline: read → gray → gate → patches → network → merge → peak.
///
/// Patches of all interferograms of a unit share the network's batches; the network's products have fixed shapes, so
/// what comes out for an interferogram depends on its pixels, the model and the profile alone. Owned by one thread.
public final class Detector {
  /// What a unit's caller learns of each interferogram.
  public struct Judgement: Sendable {
    /// Scored or rejected.
    public let outcome: Outcome
    public let seconds: StageSeconds
  }

  /// What is done with an interferogram.
  public enum Stage: Hashable, Sendable {
    case reading, gating, network, merging
  }

  /// Reads one interferogram's pixels into the buffers (row-major; NaN where there is no data).
  ///
  /// - Returns: whether the coherence was there to be read.
  public typealias Reader = (
    _ index: Int, _ phase: UnsafeMutableBufferPointer<Float>, _ coherence: UnsafeMutableBufferPointer<Float>
  ) throws -> Bool

  public let rule: PatchRule
  /// SHA-256, hexadecimal, of everything in this process that a result's last digits depend on besides the model and
  /// the profile: the network's kernels with their shapes, the batch's capacity, the BLAS and the C library. Equal in
  /// all processes of one program on machines of one kind.
  public let planHash: String
  /// By which the network computes.
  public var plan: Plan { classifier.plan }
  private let classifier: PatchClassifier
  private let batch: UnsafeMutableBufferPointer<Float>
  private let probabilities: UnsafeMutableBufferPointer<Float>
  private var slots: [(story: Int, patch: Int)] = []
  private var stories: [Story] = []
  private var workspace: Workspace?

  /// What is known so far of an interferogram whose patches are under way.
  private struct Story {
    var index: Int
    var seconds = StageSeconds()
    var statistics: PixelStatistics
    var rejection: String?
    var patchProbabilities: [Float] = []
    var shares: [Float] = []
    var keptPatches = 0
  }

  /// - Parameters:
  ///   - profile: the method.
  ///   - model: judges the patches.
  ///   - plan: how the network computes; `nil` for the usual way.
  ///   - batchCapacity: patches that the network judges at once.
  /// - Throws: ``DetectionError`` when model and profile do not go together, `ModelError` for a model that cannot run.
  public init(profile: MethodProfile, model: ModelFile, plan: Plan? = nil, batchCapacity: Int) throws {
    rule = try PatchRule(profile: profile, metadata: model.metadata)
    classifier = try PatchClassifier(model: model, plan: plan, batchCapacity: batchCapacity)
    planHash = SHA256.hash(data: Data(classifier.planDescription.utf8)).map { String(format: "%02x", $0) }.joined()
    batch = .allocate(capacity: batchCapacity * rule.inputSize * rule.inputSize)
    batch.initialize(repeating: 0)
    probabilities = .allocate(capacity: batchCapacity)
    probabilities.initialize(repeating: 0)
  }

  deinit {
    batch.deallocate()
    probabilities.deallocate()
  }

  /// Judges the interferograms of a unit.
  ///
  /// - Parameters:
  ///   - count: how many; the reader is asked for 0 ..< count, in order.
  ///   - grid: their size.
  ///   - geoTransform: where they lie.
  ///   - step: called before each stage that takes time with the interferogram's index, so that a hang can be told
  ///     from work, and what is being worked on from what waits. The network judges patches of several interferograms
  ///     at once; the first of them is named.
  ///   - shouldStop: asked before each interferogram; once it says yes the rest is left out.
  ///   - read: fetches an interferogram's pixels.
  /// - Returns: a judgement for each interferogram that was begun, by index.
  public func judge(
    count: Int, grid: Grid, geoTransform: GeoTransform, step: (Stage, _ index: Int) -> Void = { _, _ in },
    shouldStop: () -> Bool = { false },
    read: Reader
  ) -> [Int: Judgement] {
    guard let workspace = workspace(for: grid) else {
      let reason = "too small: \(grid) pixels, a patch has \(rule.patchSize) × \(rule.patchSize)"
      return Dictionary(
        uniqueKeysWithValues: (0..<count).map {
          ($0, Judgement(outcome: .rejected(reason: reason), seconds: StageSeconds()))
        })
    }
    stories.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
    for index in 0..<count where !shouldStop() {
      take(index, workspace, step, read)
    }
    runNetwork(step)
    var judgements: [Int: Judgement] = [:]
    for story in stories {
      step(.merging, story.index)
      judgements[story.index] = conclude(story, workspace, geoTransform)
    }
    return judgements
  }

  private func workspace(for grid: Grid) -> Workspace? {
    if let workspace, workspace.grid == grid { return workspace }
    workspace = rule.patches(of: grid).map { Workspace(patches: $0, profile: rule.profile) }
    return workspace
  }

  private func take(_ index: Int, _ workspace: Workspace, _ step: (Stage, Int) -> Void, _ read: Reader) {
    step(.reading, index)
    var watch = Stopwatch()
    let phase = UnsafeBufferPointer(workspace.phase)
    var coherence: UnsafeBufferPointer<Float>?
    var failure: String?
    do {
      if try read(index, workspace.phase, workspace.coherence) {
        coherence = UnsafeBufferPointer(workspace.coherence)
      }
    } catch {
      failure = "unreadable: \(error)"
      workspace.phase.update(repeating: .nan)
    }
    var story = Story(index: index, statistics: PixelStatistics(phase: phase, coherence: coherence))
    story.rejection = failure ?? story.statistics.rejection
    story.seconds.read = watch.lap()
    guard story.rejection == nil else {
      stories.append(story)
      return
    }
    step(.gating, index)
    GrayScale.scale(phase, into: workspace.gray)
    story.seconds.gray = watch.lap()
    story.keptPatches = workspace.gate.evaluate(
      phase: phase, coherence: coherence, kept: workspace.kept, shares: workspace.shares)
    story.patchProbabilities = [Float](repeating: .nan, count: workspace.patches.count)
    story.shares = Array(workspace.shares)
    story.seconds.gate = watch.lap()
    stories.append(story)
    for patch in 0..<workspace.patches.count where workspace.kept[patch] {
      copy(patch, workspace)
      slots.append((stories.count - 1, patch))
      if slots.count == classifier.batchCapacity {
        runNetwork(step)
      }
    }
  }

  private func copy(_ patch: Int, _ workspace: Workspace) {
    let size = rule.inputSize
    let inset = workspace.patches.centralWindow(inputSize: size) ?? 0
    let origin = workspace.patches.origin(of: patch)
    guard let gray = workspace.gray.baseAddress, let slot = batch.baseAddress else { return }
    let width = workspace.grid.width
    let source = gray + (origin.row + inset) * width + origin.column + inset
    let target = slot + slots.count * size * size
    for row in 0..<size { (target + row * size).update(from: source + row * width, count: size) }
  }

  /// Runs the network over the patches that have gathered, and gives each its interferogram's share of the time.
  private func runNetwork(_ step: (Stage, Int) -> Void) {
    guard let first = slots.first else { return }
    step(.network, stories[first.story].index)
    var watch = Stopwatch()
    let size = rule.inputSize
    classifier.classify(
      gray: UnsafeBufferPointer(rebasing: batch[..<(slots.count * size * size)]), count: slots.count,
      probabilities: probabilities)
    let each = watch.lap() / Float(slots.count)
    for (slot, place) in slots.enumerated() {
      // A product of a patch's probability and its share is what every map needs, so that is what is kept.
      let share = rule.profile.merge == .reference ? stories[place.story].shares[place.patch] : 1
      stories[place.story].patchProbabilities[place.patch] = probabilities[slot] * share
      stories[place.story].seconds.network += each
    }
    slots.removeAll(keepingCapacity: true)
  }

  private func conclude(_ story: Story, _ workspace: Workspace, _ transform: GeoTransform) -> Judgement {
    if let rejection = story.rejection {
      return Judgement(outcome: .rejected(reason: rejection), seconds: story.seconds)
    }
    // NaN stands for a patch that the network was not asked about, so an answer that is none must not pass for it.
    guard story.patchProbabilities.count(where: { !$0.isNaN }) == story.keptPatches else {
      return Judgement(
        outcome: .rejected(reason: "the network's answer to a patch is not a number"), seconds: story.seconds)
    }
    var watch = Stopwatch()
    let patches = workspace.patches
    let merged = story.patchProbabilities.map { $0.isNaN ? 0 : $0 }
    merged.withUnsafeBufferPointer { workspace.merger.merge(probabilities: $0, into: workspace.map) }
    let peak = ProbabilityPeak(of: UnsafeBufferPointer(workspace.map), grid: workspace.grid)
    let row = peak.place?.row ?? workspace.grid.height / 2
    let column = peak.place?.column ?? workspace.grid.width / 2
    var seconds = story.seconds
    seconds.merge = watch.lap()
    let result = DetectionResult(
      patchProbabilities: story.patchProbabilities, patchRows: patches.rowStarts.count,
      patchColumns: patches.columnStarts.count, maximumProbability: peak.probability, row: row, column: column,
      latitudeDegrees: transform.latitude(ofRow: row), longitudeDegrees: transform.longitude(ofColumn: column),
      pixelsAbove05: peak.pixelsAbove50, pixelsAbove08: peak.pixelsAbove80, keptPatches: story.keptPatches,
      noDataShare: story.statistics.noDataShare, meanCoherence: story.statistics.meanCoherence)
    return Judgement(outcome: .scored(result), seconds: seconds)
  }
}
