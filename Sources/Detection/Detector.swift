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
    /// Putting together what is said of all of them; the first is named.
    case telling
  }

  /// One interferogram's pixels, row-major.
  public struct Pixels {
    /// Radians; NaN where there is no data.
    public let phase: UnsafeBufferPointer<Float>
    /// 0…1, NaN where unknown; `nil` where there is none at all.
    public let coherence: UnsafeBufferPointer<Float>?

    public init(phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?) {
      self.phase = phase
      self.coherence = coherence
    }
  }

  /// Hands over an interferogram's pixels, which stay until it is called again; throws where there are none.
  public typealias Source = (_ index: Int) throws -> Pixels

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
  /// Which patch of which interferogram lies at each place of the batch.
  private var slots: [(story: Int, patch: Int)] = []
  private let unit = UnitNotes()
  /// Batches that went to the network so far.
  private(set) var batchesRun = 0
  private var workspace: Workspace?

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
    slots.reserveCapacity(batchCapacity)
  }

  deinit {
    batch.deallocate()
    probabilities.deallocate()
  }

  /// Judges the interferograms of a unit. From an interferogram's pixels to its Pmax nothing is allocated, once a unit
  /// as large has gone before.
  ///
  /// - Parameters:
  ///   - count: how many; the source is asked for 0 ..< count, in order.
  ///   - grid: their size.
  ///   - geoTransform: where they lie.
  ///   - step: called before each stage that takes time with the interferogram's index, and again and again while the
  ///     network runs, so that a hang can be told from work, and what is being worked on from what waits. The network
  ///     judges patches of several interferograms at once; the first of them is named.
  ///   - shouldStop: asked before each interferogram; once it says yes the rest is left out.
  ///   - pixels: hands over an interferogram's pixels.
  /// - Returns: a judgement for each interferogram that was begun, by index.
  public func judge(
    count: Int, grid: Grid, geoTransform: GeoTransform, step: (Stage, _ index: Int) -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }, pixels: Source
  ) -> [Int: Judgement] {
    guard let workspace = workspace(for: grid) else {
      let reason = "too small: \(grid) pixels, a patch has \(rule.patchSize) × \(rule.patchSize)"
      return Dictionary(
        uniqueKeysWithValues: (0..<count).map {
          ($0, Judgement(outcome: .rejected(reason: reason), seconds: StageSeconds()))
        })
    }
    unit.begin(interferograms: count, patches: workspace.patches.count)
    slots.removeAll(keepingCapacity: true)
    for index in 0..<count {
      // What is left out has no patches that another one's batch would wait for.
      if shouldStop() { break }
      take(index, workspace, step, pixels)
    }
    runNetwork(step)
    for story in unit.stories.indices where unit.stories[story].rejection == nil {
      step(.merging, unit.stories[story].index)
      merge(story, workspace)
    }
    var judgements: [Int: Judgement] = [:]
    if let first = unit.stories.first { step(.telling, first.index) }
    for story in unit.stories.indices {
      judgements[unit.stories[story].index] = unit.judgement(story, patches: workspace.patches, geoTransform)
    }
    return judgements
  }

  /// Judges the interferograms of a unit whose pixels are read when their turn comes; see the other `judge`.
  public func judge(
    count: Int, grid: Grid, geoTransform: GeoTransform, step: (Stage, _ index: Int) -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }, read: Reader
  ) -> [Int: Judgement] {
    let phase = UnsafeMutableBufferPointer<Float>.allocate(capacity: grid.count)
    let coherence = UnsafeMutableBufferPointer<Float>.allocate(capacity: grid.count)
    phase.initialize(repeating: .nan)
    coherence.initialize(repeating: .nan)
    defer {
      phase.deallocate()
      coherence.deallocate()
    }
    return judge(count: count, grid: grid, geoTransform: geoTransform, step: step, shouldStop: shouldStop) {
      let hasCoherence = try read($0, phase, coherence)
      return Pixels(
        phase: UnsafeBufferPointer(phase), coherence: hasCoherence ? UnsafeBufferPointer(coherence) : nil)
    }
  }

  private func workspace(for grid: Grid) -> Workspace? {
    if let workspace, workspace.grid == grid { return workspace }
    workspace = rule.patches(of: grid).map { Workspace(patches: $0, profile: rule.profile) }
    return workspace
  }

  private func take(_ index: Int, _ workspace: Workspace, _ step: (Stage, Int) -> Void, _ source: Source) {
    step(.reading, index)
    var watch = Stopwatch()
    let pixels: Pixels
    do {
      pixels = try source(index)
    } catch {
      unit.reject(index, "unreadable: \(error)", seconds: StageSeconds(read: watch.lap()))
      return
    }
    precondition(pixels.phase.count == workspace.grid.count, "the pixels fill the grid")
    var story = UnitNotes.Story(
      index: index, statistics: PixelStatistics(phase: pixels.phase, coherence: pixels.coherence))
    story.rejection = story.statistics.rejection
    story.seconds.read = watch.lap()
    guard story.rejection == nil else { return unit.add(story) }
    step(.gating, index)
    GrayScale.scale(pixels.phase, into: workspace.gray)
    story.seconds.gray = watch.lap()
    story.keptPatches = workspace.gate.evaluate(
      phase: pixels.phase, coherence: pixels.coherence, kept: workspace.kept, shares: workspace.shares)
    story.seconds.gate = watch.lap()
    unit.add(story, shares: UnsafeBufferPointer(workspace.shares))
    for patch in 0..<workspace.patches.count where workspace.kept[patch] {
      copy(patch, workspace)
      slots.append((unit.stories.count - 1, patch))
      if slots.count == classifier.batchCapacity { runNetwork(step) }
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
    let index = unit.stories[first.story].index
    step(.network, index)
    var watch = Stopwatch()
    let size = rule.inputSize
    classifier.classify(
      gray: UnsafeBufferPointer(rebasing: batch[..<(slots.count * size * size)]), count: slots.count,
      probabilities: probabilities, progress: { step(.network, index) })
    let each = watch.lap() / Float(slots.count)
    batchesRun += 1
    for (slot, place) in slots.enumerated() {
      // A product of a patch's probability and its share is what every map needs, so that is what is kept.
      let share = rule.profile.merge == .reference ? unit.share(of: place.patch, story: place.story) : 1
      unit.setProbability(probabilities[slot] * share, of: place.patch, story: place.story)
      unit.stories[place.story].seconds.network += each
    }
    slots.removeAll(keepingCapacity: true)
  }

  private func merge(_ story: Int, _ workspace: Workspace) {
    var watch = Stopwatch()
    var answers = 0
    for patch in 0..<workspace.patches.count {
      let probability = unit.probability(of: patch, story: story)
      answers += probability.isNaN ? 0 : 1
      workspace.shares[patch] = probability.isNaN ? 0 : probability
    }
    // NaN stands for a patch that the network was not asked about, so an answer that is none must not pass for it.
    guard answers == unit.stories[story].keptPatches else {
      unit.stories[story].rejection = "the network's answer to a patch is not a number"
      return
    }
    workspace.merger.merge(probabilities: UnsafeBufferPointer(workspace.shares), into: workspace.map)
    unit.stories[story].peak = ProbabilityPeak(of: UnsafeBufferPointer(workspace.map), grid: workspace.grid)
    unit.stories[story].seconds.merge = watch.lap()
  }
}
