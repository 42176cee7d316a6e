import Detection
import Foundation
import Hashing
import Interferometry
import Messaging
import NeuralNetwork

/// A sweep's model with the reader of its stacks: an assignment in, a result out. Owned by one thread.
package final class UnitComputer: UnitComputing {
  private let terms: SweepTerms
  private let detector: Detector
  /// Execution plan of the network, as JSON.
  package let plan: String
  private let reader: PixelReader
  private let activations: ActivationStore?

  /// - Parameters:
  ///   - terms: what the sweep requires.
  ///   - last: the computer of an earlier sweep, whose model is reused if it is the same.
  /// - Throws: `MessageError`, `ModelError`, `DetectionError` if the model is unusable or not the sweep's.
  package init(_ terms: SweepTerms, after last: UnitComputer?) throws {
    self.terms = terms
    if let last, terms.isServed(byNetworkOf: last.terms, plan: last.plan) {
      (detector, plan, activations) = (last.detector, last.plan, last.activations)
    } else {
      (detector, activations) = try Self.load(terms)
      plan = try Self.document(detector.plan)
    }
    reader = try PixelReader(archive: terms.archive, proof: terms.proofStack)
  }

  deinit { reader.stop() }

  /// Longest mask sent, bytes; longer ones are left out. 500 × 500 pixels take at most half of that, with data
  /// in every other pixel.
  private static let longestMask = 512 << 10
  /// Limit for all masks of a unit's result, half of a message's limit; further interferograms are sent without
  /// a mask. Reaching it takes more than sixteen masks of the longest kind.
  private static let maskByteLimit = 8 << 20

  /// See `Detector.planHash`.
  package var planHash: String { detector.planHash }

  private static func load(_ terms: SweepTerms) throws -> (Detector, ActivationStore?) {
    PatchClassifier.setSingleThreadedBLAS()
    // Read only once: a large model's file is a good part of a worker's peak memory.
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: terms.modelPath)))
    let hash = sha256Hex(of: bytes)
    guard hash == terms.modelSHA256 else {
      throw MessageError(
        "\(terms.modelPath) is not the model of the sweep: its SHA-256 is \(hash), "
          + "expected \(terms.modelSHA256)")
    }
    let model = try ModelFile(bytes: bytes, file: terms.modelPath)
    let activations = try terms.activations.map {
      try ActivationStore($0, model: model, patchStride: terms.profile.stride)
    }
    func detector(by plan: Plan) throws -> Detector {
      try Detector(
        profile: terms.profile, model: model, plan: plan, batchCapacity: terms.batchSize,
        storing: activations?.splitPoints.stored, reusing: activations?.splitPoints.reused)
    }
    do {
      return (try detector(by: try plan(terms, model)), activations)
    } catch let error where !terms.makesPlan && !terms.plan.isEmpty {
      // The plan came from another worker. The plan by shape has its own hash, which distinguishes the results.
      let usual = try detector(by: try usualPlan(terms, model))
      log("the kernel plan for this kind of machine cannot be used, so the default plan is used: \(error)")
      return (usual, activations)
    }
  }

  /// Writes one line to standard error; failures are ignored.
  private static func log(_ line: String) {
    let bytes = Array("volcsweep worker \(getpid()): \(line)\n".utf8)
    _ = Foundation.write(STDERR_FILENO, bytes, bytes.count)
  }

  private static func usualPlan(_ terms: SweepTerms, _ model: ModelFile) throws -> Plan {
    if let obstacle = terms.library.obstacle { throw MessageError(obstacle) }
    return try Plan.make(
      for: model, batchCapacity: terms.batchSize, precision: terms.precision, libraries: terms.library.libraries,
      patchStride: terms.profile.stride)
  }

  /// The sweep's plan for this kind of machine, or a new one.
  private static func plan(_ terms: SweepTerms, _ model: ModelFile) throws -> Plan {
    if let obstacle = terms.library.obstacle { throw MessageError(obstacle) }
    let libraries = terms.library.libraries
    if terms.makesPlan {
      return try Plan.cached(
        for: model, modelSHA256: terms.modelSHA256, batchCapacity: terms.batchSize, precision: terms.precision,
        libraries: libraries, patchStride: terms.profile.stride)
    }
    guard !terms.plan.isEmpty else { return try usualPlan(terms, model) }
    let plan: Plan
    do {
      plan = try JSONDecoder().decode(Plan.self, from: Data(terms.plan.utf8))
    } catch {
      throw MessageError("the welcome's plan cannot be read: \(error)")
    }
    guard terms.library == .fastest || libraries.contains(plan.library) else {
      throw MessageError(
        "the welcome's plan multiplies with \(plan.library), the sweep with \(terms.library.rawValue)")
    }
    return plan
  }

  private static func document(_ plan: Plan) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(plan), as: UTF8.self)
  }

  /// Reads proof stacks on the reading thread.
  package var prover: ArchiveProver { { [weak reader] in reader?.prove($0, $1) } }

  /// Reads ahead pixels only.
  package func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?) {
    reader.lookAhead { upcoming().flatMap { $0.part { $0.activations.isEmpty } } }
  }

  /// Interferograms that cannot be read are returned as unreadable, with the reason.
  package func compute(
    _ assignment: Volcsweep_Assignment, _ currentActivity: CurrentActivity, shouldStop: () -> Bool
  ) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    let interferograms = assignment.interferograms
    #if DEBUG
      let start = ContinuousClock.now
      defer { Pace.ofProcess.hold(interferograms.count, since: start, shouldStop: shouldStop) }
    #endif
    currentActivity.step(.reading, interferogram: interferograms.first?.number ?? 0)
    let found = activations?.find(assignment, for: detector) { currentActivity.step(.reading, interferogram: $0) }
    let foundNumbers = Set(found?.interferograms.map { interferograms[$0.index].number } ?? [])
    if let part = assignment.part(where: { !foundNumbers.contains($0.number) }) {
      computeFromPixels(part, into: &result, currentActivity, shouldStop: shouldStop)
    }
    if let found { compute(found, assignment, into: &result, currentActivity, shouldStop: shouldStop) }
    result.interferograms.sort { $0.number < $1.number }
    result.limitSourceMaps()
    return result
  }

  private func computeFromPixels(
    _ assignment: Volcsweep_Assignment, into result: inout Volcsweep_UnitResult, _ currentActivity: CurrentActivity,
    shouldStop: () -> Bool
  ) {
    let interferograms = assignment.interferograms
    defer { reader.end() }
    let place: PixelReader.Place
    do {
      place = try reader.begin(assignment, currentActivity)
    } catch {
      let trouble = error as? UnreadablePixels ?? UnreadablePixels(.stackDamaged, detail: "\(error)")
      result.interferograms += interferograms.map { Self.unreadable($0, trouble) }
      return
    }
    var masks: [Int: DataMask] = [:]
    var maskBytes = 0
    let results = detector.score(
      count: interferograms.count, grid: place.grid, geoTransform: place.geoTransform,
      step: { stage, index in
        currentActivity.step(Volcsweep_Stage(stage), interferogram: interferograms[index].number)
        reader.noteStage(stage)
      },
      shouldStop: shouldStop, known: { interferograms[$0].known }
    ) { index in
      let pixels = try reader.pixels(of: index)
      let mask = DataMask(of: pixels.phase)
      if mask.bytes.count <= Self.longestMask, maskBytes + mask.bytes.count <= Self.maskByteLimit {
        maskBytes += mask.bytes.count
        masks[index] = mask
      }
      return pixels
    }
    result.interferograms += results.sorted { $0.key < $1.key }.map { index, computed in
      var message = Volcsweep_InterferogramResult(interferograms[index], computed)
      message.pixelHash = reader.pixelHash(of: index)
      message.dataMask = Data(masks[index]?.bytes ?? [])
      return message
    }
    if let activations {
      result.stored = activations.write(
        results, of: assignment, grid: place.grid, geoTransform: place.geoTransform)
    }
  }

  private func compute(
    _ found: ActivationStore.Found, _ assignment: Volcsweep_Assignment, into result: inout Volcsweep_UnitResult,
    _ currentActivity: CurrentActivity, shouldStop: () -> Bool
  ) {
    let planned = found.interferograms.map { assignment.interferograms[$0.index] }
    let results = detector.score(
      stored: found.interferograms.map(\.activations),
      grid: Grid(height: Int(assignment.height), width: Int(assignment.width)), geoTransform: found.geoTransform,
      step: { stage, index in currentActivity.step(Volcsweep_Stage(stage), interferogram: planned[index].number) },
      shouldStop: shouldStop)
    for (index, computed) in results.sorted(by: { $0.key < $1.key }) {
      var message = Volcsweep_InterferogramResult(planned[index], computed)
      message.seconds.read = found.interferograms[index].readSeconds
      result.interferograms.append(message)
      result.reused.append(planned[index].number)
    }
  }

  private static func unreadable(
    _ interferogram: Volcsweep_PlannedInterferogram, _ trouble: UnreadablePixels
  ) -> Volcsweep_InterferogramResult {
    var message = Volcsweep_InterferogramResult()
    message.number = interferogram.number
    message.unreadable = Volcsweep_Trouble(reason: trouble.trouble.description, detail: trouble.detail)
    return message
  }
}

extension Volcsweep_Stage {
  /// The protocol's number of a stage.
  package init(_ stage: Detector.Stage) {
    self =
      switch stage {
      case .reading: .reading
      case .gating: .gating
      case .network: .network
      case .merging, .telling: .merging
      }
  }
}

extension Volcsweep_Assignment {
  /// The same unit with some of its interferograms; `nil` if none is left.
  fileprivate func part(where isIn: (Volcsweep_PlannedInterferogram) -> Bool) -> Volcsweep_Assignment? {
    let some = interferograms.filter(isIn)
    guard !some.isEmpty else { return nil }
    var part = self
    part.interferograms = some
    return part
  }
}

extension Volcsweep_PlannedInterferogram {
  /// Gate results of the interferogram under another model; `nil` if there are none.
  fileprivate var known: KnownPatches? {
    guard !keptPatches.isEmpty else { return nil }
    return KnownPatches(
      kept: keptPatches.flatMap { byte in (0..<8).map { byte >> UInt8($0) & 1 == 1 } }, noDataShare: noDataShare,
      meanCoherence: meanCoherence < 0 ? nil : meanCoherence)
  }
}
