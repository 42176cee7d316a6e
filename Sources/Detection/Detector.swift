import Foundation
import Hashing
import Imaging
import Interferometry
import NeuralNetwork

/// The pipeline for one interferogram: read → gray → gate → patches → network → merge → peak.
///
/// Patches of all interferograms of a unit share the network's batches. The network's GEMMs have fixed
/// shapes, so the result of an interferogram depends only on its pixels, the model and the profile. Use one
/// value per thread.
public final class Detector {
  /// Result of one interferogram.
  public struct InterferogramResult: Sendable {
    /// Scored, rejected or unreadable.
    public let outcome: Outcome
    /// Time spent, by stage.
    public let seconds: StageSeconds
    /// Reports of libraries and the system on unreadable pixels, for logs only; otherwise empty.
    public var detail = ""
    /// Activations of the stored layer; `nil` if none is stored or half precision cannot represent them.
    public var activations: PatchActivations?
  }

  /// Stage of the pipeline, for progress reports.
  public enum Stage: Hashable, Sendable {
    case reading, gating, network, merging
    /// Assembling the results of a unit; reported for its first interferogram.
    case telling
  }

  /// Pixels of one interferogram, row-major.
  public struct Pixels {
    /// Radians; NaN for no data.
    public let phase: UnsafeBufferPointer<Float>
    /// 0…1, NaN where unknown; `nil` if there is none.
    public let coherence: UnsafeBufferPointer<Float>?

    public init(phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?) {
      self.phase = phase
      self.coherence = coherence
    }
  }

  /// Returns the pixels of an interferogram, which stay valid until the next call; throws if they cannot be
  /// read.
  public typealias Source = (_ index: Int) throws -> Pixels

  /// Reads the pixels of one interferogram into the buffers (row-major; NaN for no data).
  ///
  /// - Returns: whether there is coherence.
  public typealias Reader = (
    _ index: Int, _ phase: UnsafeMutableBufferPointer<Float>, _ coherence: UnsafeMutableBufferPointer<Float>
  ) throws -> Bool

  /// How patches are cut for the model.
  public let rule: PatchRule
  /// SHA-256, hexadecimal, of everything in this process that affects the last digits of a result besides the
  /// model and the profile: the network's kernels with their shapes, the batch capacity, the BLAS and the C
  /// library. Equal in all processes of one program on machines of one kind.
  public let planHash: String
  /// How the network is computed.
  public var plan: Plan { classifier.plan }
  private let classifier: PatchClassifier
  private let batch: PatchBatch
  let probabilities: UnsafeMutableBufferPointer<Float>
  let unit = UnitScratch()
  /// Number of stored activations per patch; `nil` if none are stored.
  private let storedCount: Int?
  /// The layers after the split point of earlier stored activations; `nil` if there are none.
  let reused: (classifier: HeadClassifier, batch: ActivationBatch)?
  /// Number of batches run so far.
  private(set) var batchesRun = 0
  /// Number of interferograms so far whose patches shared the network's trunk.
  private(set) var trunksRun = 0
  private var workspace: Workspace?

  /// - Parameters:
  ///   - profile: The method.
  ///   - model: The model that scores patches.
  ///   - plan: How the network is computed; `nil` for the default.
  ///   - batchCapacity: Patches per batch.
  ///   - stored: Split point of the model whose activations are part of each result; `nil` for none.
  ///   - cut: Split point of the activations passed to ``score(stored:grid:geoTransform:step:shouldStop:)``;
  ///     `nil` for none.
  /// - Throws: ``DetectionError`` if model and profile do not match, `ModelError` for a model that cannot
  ///   run.
  public init(
    profile: MethodProfile, model: ModelFile, plan: Plan? = nil, batchCapacity: Int,
    storing stored: SplitPoint? = nil,
    reusing cut: SplitPoint? = nil
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

  /// Scores the interferograms of a unit. From the pixels of an interferogram to its Pmax nothing is
  /// allocated, once a unit of this size has been processed, but for where the network sees a source in patches whose
  /// probability counts.
  ///
  /// - Parameters:
  ///   - count: Number of interferograms; the source is called with 0 ..< count, in order.
  ///   - grid: Size of the rasters.
  ///   - geoTransform: Position of the rasters.
  ///   - step: Called with the interferogram's index before each long stage, and repeatedly while the network
  ///     runs, so that a watchdog can recognise hangs and the current interferogram. The network processes
  ///     patches of several interferograms at once; the first is reported.
  ///   - shouldStop: Called before each interferogram; true skips the rest.
  ///   - known: Earlier result of the gate for an interferogram; `nil` to evaluate the gate.
  ///   - pixels: Returns the pixels of an interferogram.
  /// - Returns: the results of all interferograms that were started, by index.
  public func score(
    count: Int, grid: Grid, geoTransform: GeoTransform, step: (Stage, _ index: Int) -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }, known: (_ index: Int) -> KnownPatches? = { _ in nil }, pixels: Source
  ) -> [Int: InterferogramResult] {
    guard let workspace = workspace(for: grid) else {
      let reason = RejectionReason.tooSmall(grid: grid, patchSize: rule.leastSide)
      return Dictionary(
        uniqueKeysWithValues: (0..<count).map { ($0, InterferogramResult(reason, seconds: StageSeconds())) })
    }
    unit.begin(interferograms: count, layout: workspace.layout, embeddingCount: classifier.embeddingCount)
    batch.removeAll()
    for index in 0..<count {
      // The batch holds no patches of the skipped interferograms, so it can run without them.
      if shouldStop() { break }
      take(index, workspace, known(index), step, pixels)
    }
    runNetwork(step)
    return finish(workspace, geoTransform, storing: storedCount != nil, step)
  }

  /// Assembles the results after all patches of the unit have been scored.
  func finish(
    _ workspace: Workspace, _ geoTransform: GeoTransform, storing: Bool, _ step: (Stage, _ index: Int) -> Void
  ) -> [Int: InterferogramResult] {
    for entry in unit.inFlightStates.indices where unit.inFlightStates[entry].isScorable {
      step(.merging, unit.inFlightStates[entry].index)
      merge(entry, workspace)
    }
    var interferogramResults: [Int: InterferogramResult] = [:]
    if let first = unit.inFlightStates.first { step(.telling, first.index) }
    for entry in unit.inFlightStates.indices {
      interferogramResults[unit.inFlightStates[entry].index] = unit.interferogramResult(
        entry, layout: workspace.layout, inputSize: rule.inputSize, geoTransform, storing: storing)
    }
    return interferogramResults
  }

  func workspace(for grid: Grid) -> Workspace? {
    if let workspace, workspace.grid == grid { return workspace }
    workspace = rule.layout(of: grid).map { Workspace(layout: $0, rule: rule, classifier: classifier) }
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
    // If probabilities are multiplied by fractions of pixels, the gate must run, because it computes them.
    let known =
      rule.profile.merge == .normalised && (known?.kept.count ?? 0) >= workspace.layout.count ? known : nil
    var state = UnitScratch.InFlightState(
      index: index,
      statistics: known.map { PixelStatistics($0) }
        ?? PixelStatistics(phase: pixels.phase, coherence: pixels.coherence))
    state.rejection = state.statistics.rejection
    state.seconds.read = watch.lap()
    guard state.rejection == nil else { return unit.add(state) }
    if let known { state.keptPatches = workspace.take(known) }
    unit.add(state)
    unit.setValid(pixels.phase, entry: unit.inFlightStates.count - 1)
    workspace.take(pixels)
    unit.inFlightStates[unit.inFlightStates.count - 1].seconds.gray = watch.lap()
    for scale in workspace.scales { take(scale, pixels, workspace, isKnown: known != nil, step) }
  }

  /// Puts the patches of one scale of the interferogram that was added last into the batch.
  private func take(
    _ scale: ScaleWorkspace, _ pixels: Pixels, _ workspace: Workspace, isKnown: Bool, _ step: (Stage, Int) -> Void
  ) {
    let place = unit.inFlightStates.count - 1
    let index = unit.inFlightStates[place].index
    step(.gating, index)
    var watch = Stopwatch()
    let canvas = workspace.canvas(scale, pixels)
    unit.inFlightStates[place].seconds.gray += watch.lap()
    if !isKnown { unit.inFlightStates[place].keptPatches += workspace.evaluateGate(scale, canvas) }
    unit.inFlightStates[place].seconds.gate += watch.lap()
    let entries = workspace.entries(of: scale.scale)
    for patch in entries { unit.setFraction(workspace.fractions[patch], of: patch, entry: place) }
    let kept = UnsafeMutableBufferPointer(rebasing: workspace.kept[entries])
    let shared = scale.shared.flatMap { $0.isWorthwhile(for: kept) ? $0 : nil }
    if let shared {
      step(.network, index)
      shared.run(gray: scale.gray)
      trunksRun += 1
      unit.inFlightStates[place].seconds.network += watch.lap()
    }
    var rank = workspace.kept[..<entries.lowerBound].count { $0 }
    for patch in kept.indices where kept[patch] {
      let slot = PatchBatch.Place(entry: place, patch: entries.lowerBound + patch, rank: rank)
      rank += 1
      if let storedCount { unit.reserveActivations(rank * storedCount, entry: place) }
      if let shared, shared.holds(patch) {
        shared.copy(patch, into: batch.addShared(slot))
      } else {
        scale.copy(patch, inputSize: rule.inputSize, into: batch.addAlone(slot))
      }
      if batch.isFull { runNetwork(step) }
    }
  }

  /// Runs the network on the collected patches, and divides the time among their interferograms.
  private func runNetwork(_ step: (Stage, Int) -> Void) {
    guard let first = batch.first else { return }
    let index = unit.inFlightStates[first].index
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
        unit.setLocation(location, of: place.patch, entry: place.entry)
      }
      keepSource(of: place) { classifier.copySourceCells(ofPatch: slot, area: $0, centre: $1) }
      if let embedding = classifier.embedding(ofPatch: slot) { unit.setEmbedding(embedding, of: place) }
      if storedCount != nil, let activations = classifier.activations(ofPatch: slot) {
        unit.keep(activations, of: place)
      }
    }
    batch.removeAll()
  }

  /// Accepted rounding of a probability outside 0 to 1.
  private static let tolerance: Float = 1e-5

  /// Records the network's output for a patch. It can be outside 0 to 1 only if the model declares its output
  /// as probabilities.
  func take(_ answer: Float, of place: PatchBatch.Place, seconds: Float) {
    var probability = answer
    if answer < 0 || answer > 1 {
      if answer < -Self.tolerance || answer > 1 + Self.tolerance {
        unit.inFlightStates[place.entry].rejection = .noProbability
      }
      probability = min(max(answer, 0), 1)
    }
    // Every map needs the product of a patch's probability and its fraction, so the product is stored.
    let fraction = rule.profile.merge == .reference ? unit.fraction(of: place.patch, entry: place.entry) : 1
    unit.setProbability(probability * fraction, of: place.patch, entry: place.entry)
    unit.inFlightStates[place.entry].seconds.network += seconds
  }

  /// Keeps where the network sees the source in a patch, unless its probability is too low to count.
  func keepSource(
    of place: PatchBatch.Place, copy: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let probability = unit.probability(of: place.patch, entry: place.entry)
    guard let cells = classifier.sourceCells, probability >= SourceMerger.leastProbability else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * cells * cells) { values in
      guard let area = values.baseAddress else { return }
      copy(area, area + cells * cells)
      func bytes(_ start: Int) -> [UInt8] {
        (start..<(start + cells * cells)).map { UInt8((min(max(values[$0], 0), 1) * 255).rounded()) }
      }
      unit.inFlightStates[place.entry].sources.append(
        PatchSource(patch: place.patch, area: bytes(0), centre: bytes(cells * cells)))
    }
  }

  /// Beginnings of rejection reasons that may not apply to another model.
  public static let rejectionsByModel = [
    RejectionReason.noAnswer.description, RejectionReason.noProbability.description,
  ]
  /// Beginnings of rejection reasons that may not apply to another model or patch size.
  public static let rejectionsByMethod = [RejectionReason.tooSmallBeginning] + rejectionsByModel

  private func merge(_ entry: Int, _ workspace: Workspace) {
    var watch = Stopwatch()
    var answers = 0
    for patch in 0..<workspace.layout.count {
      let probability = unit.probability(of: patch, entry: entry)
      answers += probability.isNaN ? 0 : 1
      workspace.fractions[patch] = probability.isNaN ? 0 : probability
    }
    // NaN marks a patch for which the network was not run, so an output of NaN must be detected here.
    guard answers == unit.inFlightStates[entry].keptPatches else {
      unit.inFlightStates[entry].rejection = .noAnswer
      return
    }
    let probabilities = UnsafeBufferPointer(workspace.fractions)
    let scale = workspace.merger.merge(probabilities: probabilities, into: workspace.map)
    let map = UnsafeBufferPointer(workspace.map)
    let highest = ProbabilityPeak(of: map, grid: workspace.grid).probability
    let valid = unit.valid(entry: entry)
    let source = workspace.sources?.merge(
      unit.inFlightStates[entry].sources, probabilities: probabilities, map: map, valid: valid)
    valid.clear(workspace.map)
    let peak = ProbabilityPeak(of: map, grid: workspace.grid)
    unit.inFlightStates[entry].finding = Finding(
      probability: highest, scale: scale, peak: peak, source: source, valid: valid,
      countsSource: rule.profile.usesCanvas)
    unit.inFlightStates[entry].seconds.merge = watch.lap()
  }
}

extension Detector.InterferogramResult {
  init(_ reason: RejectionReason, seconds: StageSeconds) {
    self.init(outcome: .rejected(reason: reason.description), seconds: seconds)
  }

  init(_ trouble: UnreadablePixels, seconds: StageSeconds) {
    self.init(outcome: .unreadable(reason: trouble.trouble.description), seconds: seconds, detail: trouble.detail)
  }
}
