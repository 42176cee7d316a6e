import Foundation
import Interferometry
import Logging
import Messaging
import SweepRecords
import Transport
import Work

/// A worker like any other, but for the computing: each interferogram has its result at once, of about 1 KB on the usual
/// stack's grid.
final class InstantWorker: UnitComputing {
  /// 15 × 16 patches, which make a result of 1 KB.
  static let stack = PlannedStack(
    file: "bench.h5", volcano: "bench", volcanoName: "Bench", frame: "bench",
    grid: Grid(height: 224 + 14 * 112, width: 224 + 15 * 112),
    geoTransform: GeoTransform(west: 0, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))

  let planHash = "instant"
  let plan = ""
  private let score = InstantWorker.score(rows: 15, columns: 16)
  private let smallScore = InstantWorker.score(rows: 4, columns: 4)

  private static func score(rows: Int, columns: Int) -> Volcsweep_Score {
    var score = Volcsweep_Score()
    let count = rows * columns
    (score.patchRows, score.patchColumns, score.keptPatches) = (UInt32(rows), UInt32(columns), UInt32(count))
    let probabilities = (0..<count).map { Float($0) / Float(count) }
    score.patchProbabilities = probabilities.withUnsafeBytes { Data($0) }
    score.maximumProbability = 0.9
    score.meanCoherence = .nan
    score.peakScale = 1
    return score
  }

  /// Few high ones among many low ones, as in a real sweep: one in a hundred above 0.5.
  private static func probability(_ number: UInt32) -> Float {
    let even = Float((number &* 2_654_435_761) >> 8) / Float(1 << 24)
    return even > 0.99 ? min(1, even - 0.49 + (even - 0.99) * 49) : even * 0.5
  }

  /// Each worker has a key of its own.
  static func name(ofSlot slot: Int) throws -> WorkerName { try WorkerName("bench-\(slot)") }

  static func run(_ arguments: [String]) throws {
    guard arguments.count > 3, let parent = Int32(arguments[2]), let slot = arguments.firstIndex(of: "--place"),
      let logs = arguments.firstIndex(of: "--logs"), let number = Int(arguments[slot + 1])
    else { throw MessageError("dispatch-bench worker ADDRESS PARENT KEYS --place N --logs FOLDER") }
    var log = Logger(label: "worker", factory: { StreamLogHandler.standardError(label: $0) })
    log.logLevel = .notice
    let process = try WorkerProcess(
      parent: parent, slot: number, logs: URL(fileURLWithPath: arguments[logs + 1]))
    let folder = KeyFolder(URL(fileURLWithPath: arguments[3])).workerFolder(try name(ofSlot: number))
    let security = try WorkerKeys(folder: folder).security
    try Worker(address: arguments[1], process: process, security: security, log: log) { _, _ in InstantWorker() }
      .run(signals: SignalSource([SIGINT, SIGTERM]))
  }

  func compute(
    _ assignment: Volcsweep_Assignment, _ currentActivity: CurrentActivity, shouldStop: () -> Bool
  ) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    result.interferograms = assignment.interferograms.map { planned in
      var interferogram = Volcsweep_InterferogramResult()
      interferogram.number = planned.number
      let highest = Self.probability(planned.number)
      if assignment.height == Self.stack.grid.height {
        interferogram.score = score
      } else {
        interferogram.score = smallScore
        let probabilities = (0..<16).map { highest * Float((UInt32($0) &* 7 &+ planned.number) % 16 + 1) / 16 }
        interferogram.score.patchProbabilities = probabilities.withUnsafeBytes { Data($0) }
      }
      interferogram.score.maximumProbability = highest
      return interferogram
    }
    return result
  }
}
