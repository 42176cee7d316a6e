import Interferometry
import Messaging
import Names

extension Outcome {
  /// Parses a worker's result for one interferogram.
  ///
  /// - Throws: `MessageError` for an invalid result: probabilities outside 0…1, wrong shapes, values that are
  ///   not finite, or reasons other than those of `RejectionReason` and `ReadingTrouble`. Whether the shapes are
  ///   those of the planned stack is for ``SweepPlan`` to check.
  package init(_ message: Volcsweep_InterferogramResult) throws(MessageError) {
    switch message.outcome {
    case .score(let score):
      self = .scored(try DetectionResult(score, box: message.hasBox ? try PixelBox(message.box) : nil))
    case .rejection(let text):
      guard let reason = RejectionReason(text) else {
        throw MessageError(
          "interferogram \(message.number) is rejected for a reason that this version does not know")
      }
      self = .rejected(reason: reason.description)
    case .unreadable(let trouble):
      guard let reason = ReadingTrouble(rawValue: trouble.reason) else {
        throw MessageError(
          "interferogram \(message.number) is unreadable for a reason that this version does not know")
      }
      self = .unreadable(reason: reason.description)
    case nil: throw MessageError("interferogram \(message.number) has no outcome")
    }
  }
}

extension DetectionResult {
  private static let maximumPatches = 1_000_000
  /// More scales than any profile has; no scale has more patches than the finest.
  private static let maximumScales = 8

  init(_ score: Volcsweep_Score, box: PixelBox?) throws(MessageError) {
    let (rows, columns) = (Int(score.patchRows), Int(score.patchColumns))
    let (finest, overflow) = rows.multipliedReportingOverflow(by: columns)
    let count = score.patchProbabilities.count / 4
    guard !overflow, count <= Self.maximumPatches, score.patchProbabilities.count == count * 4,
      finest <= count, count <= finest * Self.maximumScales
    else {
      throw MessageError(
        "\(score.patchProbabilities.count) bytes of probabilities for \(rows) × \(columns) patches")
    }
    let probabilities = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      _ = score.patchProbabilities.copyBytes(to: buffer)
    }
    guard probabilities.countOutsideProbabilities == 0 else {
      throw MessageError("a patch probability is outside 0…1")
    }
    let range: ClosedRange<Float> = 0...1
    guard range.contains(score.maximumProbability), range.contains(score.noDataShare) else {
      throw MessageError("a fraction or probability is outside 0…1")
    }
    guard (-90...90).contains(score.latitudeDegrees), (-360...360).contains(score.longitudeDegrees) else {
      throw MessageError("the place \(score.latitudeDegrees), \(score.longitudeDegrees) is not on Earth")
    }
    guard score.keptPatches <= count, score.meanCoherence.isNaN || range.contains(score.meanCoherence) else {
      throw MessageError("\(score.keptPatches) of \(count) patches kept, coherence \(score.meanCoherence)")
    }
    guard score.peakScale > 0 else { throw MessageError("the scale of the peak is 0") }
    self.init(
      patchProbabilities: probabilities, patchRows: rows, patchColumns: columns,
      maximumProbability: score.maximumProbability, peakScale: Int(score.peakScale), row: Int(score.row),
      column: Int(score.column),
      latitudeDegrees: score.latitudeDegrees, longitudeDegrees: Longitude.normalized(score.longitudeDegrees),
      pixelsAbove05: Int(score.pixelsAbove05), pixelsAbove08: Int(score.pixelsAbove08),
      keptPatches: Int(score.keptPatches), noDataShare: score.noDataShare,
      meanCoherence: score.meanCoherence.isNaN ? nil : score.meanCoherence,
      box: box, sourceMap: try score.decodedSourceMap(), embedding: try score.decodedEmbedding())
  }
}

extension Volcsweep_Score {
  /// The map of the source; `nil` if there is none.
  fileprivate func decodedSourceMap() throws(MessageError) -> SourceMap? {
    guard !sourceMap.isEmpty || sourceRows > 0 || sourceColumns > 0 else { return nil }
    guard let map = SourceMap(rows: Int(sourceRows), columns: Int(sourceColumns), values: [UInt8](sourceMap)) else {
      throw MessageError(
        "a map of the source of \(sourceMap.count) bytes for \(sourceRows) × \(sourceColumns) cells")
    }
    return map
  }

  /// The embedding; empty if there is none.
  fileprivate func decodedEmbedding() throws(MessageError) -> [Float] {
    let count = embedding.count / 4
    guard embedding.count == count * 4, count <= DetectionResult.longestEmbedding else {
      throw MessageError(
        "an embedding of \(embedding.count) bytes, expected at most \(DetectionResult.longestEmbedding) numbers of 4"
      )
    }
    let numbers = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      _ = embedding.copyBytes(to: buffer)
    }
    guard numbers.allSatisfy(\.isFinite) else { throw MessageError("an embedding has a number that is not finite") }
    return numbers
  }
}

// Without a branch per value, because every result of a sweep passes here.
extension [Float] {
  /// Number of values that are neither NaN nor in 0…1.
  fileprivate var countOutsideProbabilities: Int {
    withUnsafeBufferPointer { $0.reduce(into: 0) { $0 &+= $1 < 0 || $1 > 1 ? 1 : 0 } }
  }

  /// Number of values that are not NaN.
  var countOfNumbers: Int {
    withUnsafeBufferPointer { $0.reduce(into: 0) { $0 &+= $1 == $1 ? 1 : 0 } }
  }
}

extension PixelBox {
  /// Larger than any interferogram, pixels.
  private static let farthest: Float = 1_048_576

  init(_ box: Volcsweep_Box) throws(MessageError) {
    let centres: ClosedRange<Float> = -0.5...Self.farthest
    guard centres.contains(box.centreRow), centres.contains(box.centreColumn),
      box.halfHeight > 0, box.halfWidth > 0, max(box.halfHeight, box.halfWidth) <= Self.farthest
    else {
      throw MessageError(
        "the box around \(box.centreRow), \(box.centreColumn) with half of \(box.halfHeight) × \(box.halfWidth) "
          + "pixels lies outside every interferogram")
    }
    self.init(
      centreRow: box.centreRow, centreColumn: box.centreColumn, halfHeight: box.halfHeight,
      halfWidth: box.halfWidth)
  }
}

extension StageSeconds {
  init(_ message: Volcsweep_StageSeconds) {
    self.init(
      read: message.read, gray: message.gray, gate: message.gate, network: message.network, merge: message.merge)
  }
}
