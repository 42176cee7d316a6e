import Crypto
import Detection
import Foundation
import Hashing
import Interferometry
import Messaging
import NeuralNetwork

/// One sweep's model and what reads its stacks: an assignment in, a result out. Owned by one thread.
package final class UnitComputer: UnitComputing {
  private let terms: SweepTerms
  private let detector: Detector
  package let plan: String
  private let reader: PixelReader
  private let activations: ActivationStore?

  /// - Parameters:
  ///   - terms: what the sweep asks for.
  ///   - last: an earlier sweep's, whose model is taken over where it is the same.
  /// - Throws: `MessageError`, `ModelError`, `DetectionError` when the model cannot be used or is not the sweep's.
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

  /// Bytes of a mask at most: what is longer is left out. 500 × 500 pixels take at most half of that, with data at every
  /// other pixel.
  private static let longestMask = 512 << 10
  /// Bytes of masks that a unit's result holds at most, half of what a message may have: beyond it interferograms
  /// go without. It takes more than sixteen of the longest to get there.
  private static let maskByteLimit = 8 << 20

  /// See `Detector.planHash`.
  package var planHash: String { detector.planHash }

  private static func load(_ terms: SweepTerms) throws -> (Detector, ActivationStore?) {
    PatchClassifier.setSingleThreadedBLAS()
    // Read once: a large model's file is a good part of what a worker ever has in memory.
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: terms.modelPath)))
    let hash = SHA256.hash(data: bytes).hexadecimal
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
        storing: activations?.cuts.stored, reusing: activations?.cuts.reused)
    }
    do {
      return (try detector(by: try plan(terms, model)), activations)
    } catch let error where !terms.makesPlan && !terms.plan.isEmpty {
      // The plan came from another worker. The usual one has a hash of its own, by which the results are told apart.
      let usual = try detector(by: try usualPlan(terms, model))
      log("the kernel plan for this kind of machine cannot be used, so the default plan is used: \(error)")
      return (usual, activations)
    }
  }

  /// One line on standard error; one that cannot be written is lost.
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

  /// The plan that the sweep has for this kind of machine, or one that is made now.
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

  package var prover: ArchiveProver { { [weak reader] in reader?.prove($0, $1) } }

  /// Only pixels are read ahead.
  package func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?) {
    reader.lookAhead { upcoming().flatMap { $0.part { $0.activations.isEmpty } } }
  }

  /// What cannot be read is returned as unreadable, with the reason.
  package func compute(
    _ assignment: Volcsweep_Assignment, _ whereabouts: Whereabouts, shouldStop: () -> Bool
  ) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    let interferograms = assignment.interferograms
    #if DEBUG
      let start = ContinuousClock.now
      defer { Pace.ofProcess.hold(interferograms.count, since: start, shouldStop: shouldStop) }
    #endif
    whereabouts.step(.reading, interferogram: interferograms.first?.number ?? 0)
    let found = activations?.find(assignment, for: detector) { whereabouts.step(.reading, interferogram: $0) }
    let foundNumbers = Set(found?.interferograms.map { interferograms[$0.index].number } ?? [])
    if let part = assignment.part(where: { !foundNumbers.contains($0.number) }) {
      computeFromPixels(part, into: &result, whereabouts, shouldStop: shouldStop)
    }
    if let found { compute(found, assignment, into: &result, whereabouts, shouldStop: shouldStop) }
    result.interferograms.sort { $0.number < $1.number }
    return result
  }

  private func computeFromPixels(
    _ assignment: Volcsweep_Assignment, into result: inout Volcsweep_UnitResult, _ whereabouts: Whereabouts,
    shouldStop: () -> Bool
  ) {
    let interferograms = assignment.interferograms
    defer { reader.end() }
    let place: PixelReader.Place
    do {
      place = try reader.begin(assignment, whereabouts)
    } catch {
      let trouble = error as? UnreadablePixels ?? UnreadablePixels(.stackDamaged, detail: "\(error)")
      result.interferograms += interferograms.map { Self.unreadable($0, trouble) }
      return
    }
    var masks: [Int: DataMask] = [:]
    var maskBytes = 0
    let judgements = detector.judge(
      count: interferograms.count, grid: place.grid, geoTransform: place.geoTransform,
      step: { stage, index in
        whereabouts.step(Volcsweep_Stage(stage), interferogram: interferograms[index].number)
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
    result.interferograms += judgements.sorted { $0.key < $1.key }.map { index, judgement in
      var message = Volcsweep_InterferogramResult(interferograms[index], judgement)
      message.pixelHash = reader.pixelHash(of: index)
      message.dataMask = Data(masks[index]?.bytes ?? [])
      return message
    }
    if let activations {
      result.stored = activations.write(
        judgements, of: assignment, grid: place.grid, geoTransform: place.geoTransform)
    }
  }

  private func compute(
    _ found: ActivationStore.Found, _ assignment: Volcsweep_Assignment, into result: inout Volcsweep_UnitResult,
    _ whereabouts: Whereabouts, shouldStop: () -> Bool
  ) {
    let planned = found.interferograms.map { assignment.interferograms[$0.index] }
    let judgements = detector.judge(
      stored: found.interferograms.map(\.activations),
      grid: Grid(height: Int(assignment.height), width: Int(assignment.width)), geoTransform: found.geoTransform,
      step: { stage, index in whereabouts.step(Volcsweep_Stage(stage), interferogram: planned[index].number) },
      shouldStop: shouldStop)
    for (index, judgement) in judgements.sorted(by: { $0.key < $1.key }) {
      var message = Volcsweep_InterferogramResult(planned[index], judgement)
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
  /// The same unit with some of its interferograms; `nil` where none is left.
  fileprivate func part(where isIn: (Volcsweep_PlannedInterferogram) -> Bool) -> Volcsweep_Assignment? {
    let some = interferograms.filter(isIn)
    guard !some.isEmpty else { return nil }
    var part = self
    part.interferograms = some
    return part
  }
}

extension Volcsweep_PlannedInterferogram {
  /// What was found out of it under another model; `nil` where nothing was.
  fileprivate var known: KnownPatches? {
    guard !keptPatches.isEmpty else { return nil }
    return KnownPatches(
      kept: keptPatches.flatMap { byte in (0..<8).map { byte >> UInt8($0) & 1 == 1 } }, noDataShare: noDataShare,
      meanCoherence: meanCoherence < 0 ? nil : meanCoherence)
  }
}
