import Coordination
import Foundation
import Imaging
import Interferometry
import Messaging
import Work

import struct Scheduling.Lease

/// What coordinator and workers say to each other, from bytes to meaning.
enum MessageDecoders {
  static func toCoordinator() throws -> FuzzedDecoder {
    var hello = Volcsweep_Hello()
    (hello.protocolVersion, hello.host, hello.pid) = (protocolVersion, "host", 1234)
    (hello.cpuKind, hello.blasKernel) = ("Some CPU", "SkylakeX")
    let lease = Lease(epoch: 3, unit: 17, attempt: 2)
    var beat = Volcsweep_Heartbeat()
    let said = Volcsweep_Lease(lease)
    (beat.computing, beat.holding, beat.progress, beat.stage) = (said, [said, said], 99, .network)
    var result = Volcsweep_UnitResult()
    result.lease = lease
    result.interferograms = [scored(), scored(), rejected(), unreadable()]
    var report = Volcsweep_ExitReport()
    (report.host, report.pid, report.signal, report.hasReading_p) = ("host", 1234, 11, true)
    (report.computing, report.stage, report.interferogram) = (said, .network, 5)
    (report.peakResidentBytes, report.memoryLimitBytes) = (200 << 20, 100 << 20)
    report.logTail = "Fatal error: memory limit of 100 MB"
    let messages: [Volcsweep_ToCoordinator.OneOf_Body] = [
      .hello(hello), .heartbeat(beat), .result(result), .exitReport(report),
    ]
    let alone = messages.map { Volcsweep_ToCoordinator($0) }
    let joined = try Volcsweep_ToCoordinator.frames(of: [alone[2], alone[2]]).map(\.frame)
    let corpus = try alone.map { try $0.frame() } + joined
    return FuzzedDecoder(name: "to-coordinator", corpus: corpus, form: .protobuf) { bytes in
      for message in try Volcsweep_ToCoordinator.messages(inFrame: bytes) { try check(message) }
    }
  }

  private static func check(_ message: Volcsweep_ToCoordinator) throws {
    if case .exitReport(let report) = message.body {
      // A line of a log and of the ledger, however long what was sent is.
      let words = "\(ProcessEnd(report))"
      try TextDecoders.require(words.count < 1000, "a long cause")
      try TextDecoders.require(!words.contains(where: \.isNewline), "a cause of several lines")
    }
    guard case .result(let result) = message.body else { return }
    var firstRefusal: (any Error)?
    for interferogram in result.interferograms {
      do {
        try check(try Outcome(interferogram))
      } catch let error as MessageError {
        firstRefusal = firstRefusal ?? error
      }
    }
    if let firstRefusal { throw firstRefusal }
  }

  static func toWorker() throws -> FuzzedDecoder {
    let lease = Lease(epoch: 3, unit: 17, attempt: 2)
    var corpus: [[UInt8]] = []
    // Sorted, so that a seed is the same input in every process.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for profile in [MethodProfile.jgr2018, .biggs2022, .multiscale] {
      var welcome = Volcsweep_Welcome()
      (welcome.archive, welcome.modelPath, welcome.batchSize) = ("/archive", "/model.onnx", 32)
      welcome.modelSha256 = String(repeating: "a", count: 64)
      (welcome.heartbeatSeconds, welcome.epoch, welcome.sweepID) = (1, 3, "sweep")
      welcome.profile = String(decoding: try encoder.encode(profile), as: UTF8.self)
      corpus.append(try Volcsweep_ToWorker(.welcome(welcome)).frame())
    }
    var planned = Volcsweep_PlannedInterferogram()
    (planned.number, planned.pair) = (5, "20240106_20240118")
    var assignment = Volcsweep_Assignment()
    (assignment.lease, assignment.stack) = (lease, "sierra_negra_106A_09048_000909.h5")
    (assignment.interferograms, assignment.height, assignment.width) = ([planned, planned], 500, 500)
    corpus.append(try Volcsweep_ToWorker(.assignment(assignment)).frame())
    var acknowledgement = Volcsweep_Acknowledgement()
    acknowledgement.leases = [Volcsweep_Lease(lease), Volcsweep_Lease(lease)]
    corpus += try Volcsweep_ToWorker.frames(of: [
      Volcsweep_ToWorker(.assignment(assignment)), Volcsweep_ToWorker(.acknowledgement(acknowledgement)),
    ]).map(\.frame)
    return FuzzedDecoder(name: "to-worker", corpus: corpus, form: .protobuf) { bytes in
      for message in try Volcsweep_ToWorker.messages(inFrame: bytes) {
        guard case .welcome(let welcome) = message.body else { continue }
        let terms = try SweepTerms(welcome)
        try TextDecoders.require((1...512).contains(terms.batchSize), "batches of \(terms.batchSize)")
        try TextDecoders.require(terms.heartbeatSeconds > 0, "a heartbeat each \(terms.heartbeatSeconds) s")
        try checkGate(terms.profile)
      }
    }
  }

  /// What a worker builds from the rules that it was told.
  private static func checkGate(_ profile: MethodProfile) throws {
    for scale in profile.layout(of: Grid(height: 300, width: 300))?.scales ?? [] {
      try TextDecoders.require(scale.patches.count <= 300 * 300, "\(scale.patches.count) patches")
      _ = PatchGate(patches: scale.patches, rule: profile.gate)
    }
  }

  private static func check(_ outcome: Outcome) throws {
    switch outcome {
    case .scored(let result):
      let count = result.patchRows * result.patchColumns
      let scored = result.patchProbabilities.count
      try TextDecoders.require(count <= scored && scored <= 8 * count, "\(scored) patches of \(count)")
      try TextDecoders.require((0...1).contains(result.maximumProbability), "no probability")
      try TextDecoders.require(result.keptPatches <= scored, "more patches kept than there are")
      try TextDecoders.require(result.peakScale > 0, "no scale")
      try TextDecoders.require(
        result.embedding.count <= DetectionResult.longestEmbedding && result.embedding.allSatisfy(\.isFinite),
        "no embedding")
      if let map = result.sourceMap {
        try TextDecoders.require(map.values.count == map.rows * map.columns && map.rows > 0, "no map of the source")
      }
      guard let box = result.box else { return }
      try TextDecoders.require(
        box.centreRow.isFinite && box.centreColumn.isFinite && box.halfHeight > 0 && box.halfWidth > 0, "no box")
    case .rejected(let reason): try TextDecoders.require(RejectionReason(reason) != nil, "a reason in other words")
    case .unreadable(let reason):
      try TextDecoders.require(ReadingTrouble(rawValue: reason) != nil, "a trouble in other words")
    default: throw BrokenPromise("an outcome that no worker may say")
    }
  }

  private static func scored() -> Volcsweep_InterferogramResult {
    var score = Volcsweep_Score()
    score.patchProbabilities = [Float](repeating: 0.5, count: 6).withUnsafeBytes { Data($0) }
    (score.patchRows, score.patchColumns, score.keptPatches) = (2, 3, 4)
    (score.maximumProbability, score.noDataShare, score.meanCoherence) = (0.5, 0.25, .nan)
    (score.row, score.column, score.latitudeDegrees, score.longitudeDegrees) = (100, 120, -0.8, -91.2)
    (score.pixelsAbove05, score.pixelsAbove08) = (12, 3)
    (score.sourceMap, score.sourceRows, score.sourceColumns) = (Data([0, 128, 255, 3, 0, 0]), 3, 2)
    score.embedding = [Float](repeating: -0.25, count: 3).withUnsafeBytes { Data($0) }
    score.peakScale = 2
    var result = Volcsweep_InterferogramResult()
    result.number = 1
    result.score = score
    (result.box.centreRow, result.box.centreColumn, result.box.halfHeight, result.box.halfWidth) = (
      90, 110.5, 12, 20
    )
    result.seconds.network = 0.5
    return result
  }

  private static func rejected() -> Volcsweep_InterferogramResult {
    var result = Volcsweep_InterferogramResult()
    result.number = 2
    result.rejection = RejectionReason.notWrapped(low: -4, high: 5.5).description
    return result
  }

  private static func unreadable() -> Volcsweep_InterferogramResult {
    var result = Volcsweep_InterferogramResult()
    result.number = 3
    result.unreadable.reason = ReadingTrouble.pixels.description
    result.unreadable.detail = "file read failed"
    return result
  }
}
