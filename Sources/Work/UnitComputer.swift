import Crypto
import Detection
import Foundation
import Messaging
import NeuralNetwork

/// One sweep's model and what reads its stacks: an assignment in, a result out. Owned by one thread.
final class UnitComputer: UnitComputing {
  private let terms: SweepTerms
  private let detector: Detector
  let plan: String
  private let reader: PixelReader

  /// - Parameters:
  ///   - terms: what the sweep asks for.
  ///   - last: an earlier sweep's, whose model is taken over where it is the same.
  /// - Throws: `MessageError`, `ModelError`, `DetectionError` when the model cannot be used or is not the sweep's.
  init(_ terms: SweepTerms, after last: UnitComputer?) throws {
    self.terms = terms
    if let last, terms.isServed(byNetworkOf: last.terms, plan: last.plan) {
      (detector, plan) = (last.detector, last.plan)
    } else {
      detector = try Self.load(terms)
      plan = try Self.document(detector.plan)
    }
    reader = PixelReader(archive: terms.archive)
  }

  deinit { reader.stop() }

  /// See `Detector.planHash`.
  var planHash: String { detector.planHash }

  private static func load(_ terms: SweepTerms) throws -> Detector {
    PatchClassifier.setSingleThreadedBLAS()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: terms.modelPath), options: .mappedIfSafe)
    let hash = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    guard hash == terms.modelSHA256 else {
      throw MessageError(
        "\(terms.modelPath) is not the sweep's model: its SHA-256 is \(hash), "
          + "the sweep's is \(terms.modelSHA256)")
    }
    let model = try ModelFile(bytes: Array(bytes), file: terms.modelPath)
    return try Detector(
      profile: terms.profile, model: model, plan: try plan(terms, model), batchCapacity: terms.batchSize)
  }

  /// The plan that the sweep has for this kind of machine, or one that is made now.
  private static func plan(_ terms: SweepTerms, _ model: ModelFile) throws -> Plan {
    if terms.makesPlan {
      return try Plan.cached(
        for: model, modelSHA256: terms.modelSHA256, batchCapacity: terms.batchSize, precision: terms.precision)
    }
    guard !terms.plan.isEmpty else {
      return try Plan.make(for: model, batchCapacity: terms.batchSize, precision: terms.precision)
    }
    do {
      return try JSONDecoder().decode(Plan.self, from: Data(terms.plan.utf8))
    } catch {
      throw MessageError("the welcome's plan cannot be read: \(error)")
    }
  }

  private static func document(_ plan: Plan) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(plan), as: UTF8.self)
  }

  func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?) { reader.lookAhead(upcoming) }

  /// What cannot be read is rejected with the reason.
  func compute(
    _ assignment: Volcsweep_Assignment, _ whereabouts: Whereabouts, shouldStop: () -> Bool
  ) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    let interferograms = assignment.interferograms
    whereabouts.step(.reading, interferogram: interferograms.first?.number ?? 0)
    defer { reader.end() }
    let place: PixelReader.Place
    do {
      place = try reader.begin(assignment, whereabouts)
    } catch {
      let reason = (error as? PixelReader.Rejection)?.reason ?? "unreadable: \(error)"
      result.interferograms = interferograms.map { Self.rejected($0, reason) }
      return result
    }
    let judgements = detector.judge(
      count: interferograms.count, grid: place.grid, geoTransform: place.geoTransform,
      step: { stage, index in
        whereabouts.step(Volcsweep_Stage(stage), interferogram: interferograms[index].number)
        reader.noteStage(stage)
      },
      shouldStop: shouldStop, pixels: reader.pixels(of:))
    result.interferograms = judgements.sorted { $0.key < $1.key }.map { index, judgement in
      Volcsweep_InterferogramResult(interferograms[index], judgement)
    }
    return result
  }

  private static func rejected(
    _ interferogram: Volcsweep_PlannedInterferogram, _ reason: String
  ) -> Volcsweep_InterferogramResult {
    var message = Volcsweep_InterferogramResult()
    message.number = interferogram.number
    message.rejection = reason
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
