import Foundation
import Hashing
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
    /// Scored, rejected or unreadable.
    public let outcome: Outcome
    public let seconds: StageSeconds
    /// What libraries and the system reported of pixels that cannot be read, for logs alone; empty where they were read.
    public var detail = ""
    /// What the stored layer left behind, where one is stored and half precision can hold it.
    public var activations: PatchActivations?
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
  private let batch: PatchBatch
  let probabilities: UnsafeMutableBufferPointer<Float>
  let unit = UnitNotes()
  /// The numbers of a patch that are stored; `nil` where none are.
  private let storedCount: Int?
  /// The layers behind the one whose activations were stored before; `nil` where none were.
  let reused: (classifier: HeadClassifier, batch: ActivationBatch)?
  /// Batches that went to the network so far.
  private(set) var batchesRun = 0
  /// Interferograms whose patches shared the network's trunk so far.
  private(set) var trunksRun = 0
  private var workspace: Workspace?

  /// - Parameters:
  ///   - profile: the method.
  ///   - model: judges the patches.
  ///   - plan: how the network computes; `nil` for the usual way.
  ///   - batchCapacity: patches that the network judges at once.
  ///   - stored: a cut of the model whose activations each judgement has; `nil` for none.
  ///   - cut: a cut whose activations ``judge(stored:grid:geoTransform:step:shouldStop:)`` takes; `nil` for none.
  /// - Throws: ``DetectionError`` when model and profile do not go together, `ModelError` for a model that cannot run.
  public init(
    profile: MethodProfile, model: ModelFile, plan: Plan? = nil, batchCapacity: Int,
    storing stored: LayerCut? = nil,
    reusing cut: LayerCut? = nil
  ) throws {
    rule = try PatchRule(profile: profile, model: model)
    let plan = try plan ?? Plan.make(for: model, batchCapacity: batchCapacity, patchStride: profile.stride)
    classifier = try PatchClassifier(model: model, plan: plan, batchCapacity: batchCapacity, storing: stored)
    storedCount = stored?.count
    reused = try cut.map {
      let head = try HeadClassifier(model: model, cut: $0, plan: plan, batchCapacity: batchCapacity)
      return (head, ActivationBatch(for: head))
    }
    let description = [classifier.planDescription, reused?.classifier.planDescription].compactMap { $0 }
    planHash = sha256Hex(of: Data(description.joined(separator: "\n").utf8))
    batch = PatchBatch(for: classifier)
    probabilities = .allocate(capacity: batchCapacity)
    probabilities.initialize(repeating: 0)
  }

  deinit { probabilities.deallocate() }

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
  ///   - known: what the method's gate has said of an interferogram before; `nil` where it is to be asked.
  ///   - pixels: hands over an interferogram's pixels.
  /// - Returns: a judgement for each interferogram that was begun, by index.
  public func judge(
    count: Int, grid: Grid, geoTransform: GeoTransform, step: (Stage, _ index: Int) -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }, known: (_ index: Int) -> KnownPatches? = { _ in nil }, pixels: Source
  ) -> [Int: Judgement] {
    guard let workspace = workspace(for: grid) else {
      let reason = RejectionReason.tooSmall(grid: grid, patchSize: rule.patchSize)
      return Dictionary(
        uniqueKeysWithValues: (0..<count).map { ($0, Judgement(reason, seconds: StageSeconds())) })
    }
    unit.begin(interferograms: count, patches: workspace.patches.count)
    batch.removeAll()
    for index in 0..<count {
      // What is left out has no patches that another one's batch would wait for.
      if shouldStop() { break }
      take(index, workspace, known(index), step, pixels)
    }
    runNetwork(step)
    return finish(workspace, geoTransform, storing: storedCount != nil, step)
  }

  /// What is said of the unit's interferograms when all their patches have been judged.
  func finish(
    _ workspace: Workspace, _ geoTransform: GeoTransform, storing: Bool, _ step: (Stage, _ index: Int) -> Void
  ) -> [Int: Judgement] {
    for story in unit.stories.indices where unit.stories[story].isScorable {
      step(.merging, unit.stories[story].index)
      merge(story, workspace)
    }
    var judgements: [Int: Judgement] = [:]
    if let first = unit.stories.first { step(.telling, first.index) }
    for story in unit.stories.indices {
      judgements[unit.stories[story].index] = unit.judgement(
        story, patches: workspace.patches, inputSize: rule.inputSize, geoTransform, storing: storing)
    }
    return judgements
  }

  func workspace(for grid: Grid) -> Workspace? {
    if let workspace, workspace.grid == grid { return workspace }
    workspace = rule.patches(of: grid).map {
      Workspace(
        patches: $0, profile: rule.profile,
        shared: SharedPatches($0, inputSize: rule.inputSize, classifier: classifier))
    }
    return workspace
  }

  private func take(
    _ index: Int, _ workspace: Workspace, _ known: KnownPatches?, _ step: (Stage, Int) -> Void, _ source: Source
  ) {
    step(.reading, index)
    var watch = Stopwatch()
    let pixels: Pixels
    do {
      pixels = try source(index)
    } catch {
      let trouble = error as? UnreadablePixels ?? UnreadablePixels(.pixels, detail: "\(error)")
      return unit.note(trouble, of: index, seconds: StageSeconds(read: watch.lap()))
    }
    precondition(pixels.phase.count == workspace.grid.count, "the pixels fill the grid")
    // Where probabilities are multiplied by shares of pixels, these are found with the gate.
    let known =
      rule.profile.merge == .normalised && (known?.kept.count ?? 0) >= workspace.patches.count ? known : nil
    var story = UnitNotes.Story(
      index: index,
      statistics: known.map { PixelStatistics($0) }
        ?? PixelStatistics(phase: pixels.phase, coherence: pixels.coherence))
    story.rejection = story.statistics.rejection
    story.seconds.read = watch.lap()
    guard story.rejection == nil else { return unit.add(story) }
    step(.gating, index)
    GrayScale.scale(pixels.phase, into: workspace.gray)
    story.seconds.gray = watch.lap()
    if let known {
      story.keptPatches = workspace.take(known)
    } else {
      story.keptPatches = workspace.gate.evaluate(
        phase: pixels.phase, coherence: pixels.coherence, kept: workspace.kept, shares: workspace.shares)
    }
    story.seconds.gate = watch.lap()
    if let storedCount { story.activations = [UInt16](repeating: 0, count: story.keptPatches * storedCount) }
    unit.add(story, shares: UnsafeBufferPointer(workspace.shares))
    let shared = workspace.shared.flatMap { $0.isWorthwhile(for: workspace.kept) ? $0 : nil }
    let place = unit.stories.count - 1
    if let shared {
      step(.network, index)
      var watch = Stopwatch()
      shared.run(gray: workspace.gray)
      trunksRun += 1
      unit.stories[place].seconds.network += watch.lap()
    }
    var rank = 0
    for patch in 0..<workspace.patches.count where workspace.kept[patch] {
      let slot = PatchBatch.Place(story: place, patch: patch, rank: rank)
      rank += 1
      if let shared, shared.holds(patch) {
        shared.copy(patch, into: batch.addShared(slot))
      } else {
        copy(patch, workspace, into: batch.addAlone(slot))
      }
      if batch.isFull { runNetwork(step) }
    }
  }

  private func copy(_ patch: Int, _ workspace: Workspace, into target: UnsafeMutablePointer<Float>) {
    let size = rule.inputSize
    let inset = workspace.patches.centralWindow(inputSize: size) ?? 0
    let origin = workspace.patches.origin(of: patch)
    guard let gray = workspace.gray.baseAddress else { return }
    let width = workspace.grid.width
    let source = gray + (origin.row + inset) * width + origin.column + inset
    for row in 0..<size { (target + row * size).update(from: source + row * width, count: size) }
  }

  /// Runs the network over the patches that have gathered, and gives each its interferogram's share of the time.
  private func runNetwork(_ step: (Stage, Int) -> Void) {
    guard let first = batch.first else { return }
    let index = unit.stories[first].index
    step(.network, index)
    var watch = Stopwatch()
    batch.classify(by: classifier, into: probabilities, progress: { step(.network, index) })
    let count = batch.alone.count + batch.shared.count
    let each = watch.lap() / Float(count)
    batchesRun += 1
    for slot in 0..<count {
      let place = slot < batch.alone.count ? batch.alone[slot] : batch.shared[slot - batch.alone.count]
      take(probabilities[slot], of: place, seconds: each)
      if let location = classifier.location(ofPatch: slot) {
        unit.setLocation(location, of: place.patch, story: place.story)
      }
      if storedCount != nil, let activations = classifier.activations(ofPatch: slot) {
        unit.keep(activations, of: place)
      }
    }
    batch.removeAll()
  }

  /// Rounding of a probability beyond 0 to 1 that is forgiven.
  private static let tolerance: Float = 1e-5

  /// Notes the network's answer to a patch. Only a model whose output is stated as probabilities can leave 0 to 1.
  func take(_ answer: Float, of place: PatchBatch.Place, seconds: Float) {
    var probability = answer
    if answer < 0 || answer > 1 {
      if answer < -Self.tolerance || answer > 1 + Self.tolerance {
        unit.stories[place.story].rejection = .noProbability
      }
      probability = min(max(answer, 0), 1)
    }
    // A product of a patch's probability and its share is what every map needs, so that is what is kept.
    let share = rule.profile.merge == .reference ? unit.share(of: place.patch, story: place.story) : 1
    unit.setProbability(probability * share, of: place.patch, story: place.story)
    unit.stories[place.story].seconds.network += seconds
  }

  /// The beginning of the reasons for which interferograms are rejected that another model might judge.
  public static let rejectionsByModel = [
    RejectionReason.noAnswer.description, RejectionReason.noProbability.description,
  ]
  /// Of those that patches of another size might fit into.
  public static let rejectionsByMethod = [RejectionReason.tooSmallBeginning] + rejectionsByModel

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
      unit.stories[story].rejection = .noAnswer
      return
    }
    workspace.merger.merge(probabilities: UnsafeBufferPointer(workspace.shares), into: workspace.map)
    unit.stories[story].peak = ProbabilityPeak(of: UnsafeBufferPointer(workspace.map), grid: workspace.grid)
    unit.stories[story].seconds.merge = watch.lap()
  }
}

extension Detector.Judgement {
  init(_ reason: RejectionReason, seconds: StageSeconds) {
    self.init(outcome: .rejected(reason: reason.description), seconds: seconds)
  }

  init(_ trouble: UnreadablePixels, seconds: StageSeconds) {
    self.init(outcome: .unreadable(reason: trouble.trouble.description), seconds: seconds, detail: trouble.detail)
  }
}
