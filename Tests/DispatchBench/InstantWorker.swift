import Foundation
import Interferometry
import Ledger
import Logging
import Messaging
import Work

/// A worker like any other, but for the computing: each interferogram has the same result of about 1 KB at once.
final class InstantWorker: UnitComputing {
  /// 15 × 16 patches, which make a result of 1 KB.
  static let stack = PlannedStack(
    file: "bench.h5", volcano: "bench", volcanoName: "Bench", frame: "bench",
    grid: Grid(height: 224 + 14 * 112, width: 224 + 15 * 112),
    geoTransform: GeoTransform(west: 0, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))

  let planHash = "instant"
  let plan = ""
  private var score = Volcsweep_Score()

  init() {
    (score.patchRows, score.patchColumns, score.keptPatches) = (15, 16, 240)
    let probabilities = (0..<240).map { Float($0) / 240 }
    score.patchProbabilities = probabilities.withUnsafeBytes { Data($0) }
    score.maximumProbability = 0.9
    score.meanCoherence = .nan
  }

  /// Each worker has a key of its own.
  static func name(ofPlace place: Int) throws -> WorkerName { try WorkerName("bench-\(place)") }

  static func run(_ arguments: [String]) throws {
    guard arguments.count > 3, let parent = Int32(arguments[2]), let place = arguments.firstIndex(of: "--place"),
      let logs = arguments.firstIndex(of: "--logs"), let number = Int(arguments[place + 1])
    else { throw MessageError("dispatch-bench worker ADDRESS PARENT KEYS --place N --logs FOLDER") }
    var log = Logger(label: "worker", factory: { StreamLogHandler.standardError(label: $0) })
    log.logLevel = .notice
    let process = try WorkerProcess(
      parent: parent, place: number, logs: URL(fileURLWithPath: arguments[logs + 1]))
    let folder = KeyFolder(URL(fileURLWithPath: arguments[3])).workerFolder(try name(ofPlace: number))
    let security = try WorkerKeys(folder: folder).security
    try Worker(address: arguments[1], process: process, security: security, log: log) { _, _ in InstantWorker() }
      .run(signals: SignalSource([SIGINT, SIGTERM]))
  }

  func compute(
    _ assignment: Volcsweep_Assignment, _ whereabouts: Whereabouts, shouldStop: () -> Bool
  ) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    result.interferograms = assignment.interferograms.map { planned in
      var interferogram = Volcsweep_InterferogramResult()
      interferogram.number = planned.number
      interferogram.score = score
      return interferogram
    }
    return result
  }
}
