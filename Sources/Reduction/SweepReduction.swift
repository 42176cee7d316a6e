import Detection
import Dispatch
import Foundation
import Imaging
import Interferometry
import Ledger
import RasterIO
import Synchronization

/// From a sweep's ledger to its results: per-volcano maps and ranked lists, the same bytes for the same outcomes.
/// Its calls block.
public struct SweepReduction: Sendable {
  /// What was written.
  public struct Summary: Sendable {
    public let folder: URL
    public let ranking: VolcanoRanking
    /// The interferograms above the threshold, in rank order.
    public let candidates: [InterferogramScore]
    public let counts: OutcomeCounts
    /// Volcanoes with maps.
    public let mapCount: Int
  }

  private let ledger: Ledger
  private let folder: URL
  private let threshold: Double
  private let rule: PatchRule
  private let identity: SweepIdentity
  private let provenance: Provenance

  /// - Parameters:
  ///   - ledger: the sweep's.
  ///   - folder: where the results appear; made if need be.
  ///   - threshold: Pmax above which an interferogram is a candidate; `nil` takes the sweep's own.
  /// - Throws: ``ReductionError/noSweep(path:)`` for a ledger that was not bound to a sweep.
  public init(ledger: Ledger, folder: URL, threshold: Double?) throws {
    self.ledger = ledger
    self.folder = folder
    guard let identity = try ledger.identity(),
      let profile = try? JSONDecoder().decode(MethodProfile.self, from: Data(identity.profile.utf8))
    else { throw ReductionError.noSweep(path: ledger.path) }
    self.identity = identity
    provenance = try Provenance(ledger, identity: identity)
    rule = PatchRule(profile: profile, patchSize: identity.patchSize, alignment: identity.patchAlignment)
    self.threshold = try threshold ?? ledger.candidateThreshold() ?? 0.5
  }

  /// Writes all results; each file appears by rename.
  ///
  /// - Throws: `LedgerError`, ``ReductionError``, or what the file system said.
  public func write() throws -> Summary {
    let maps = folder.appending(path: "maps")
    try FileManager.default.createDirectory(at: maps, withIntermediateDirectories: true)
    let stacks = try ledger.stacks()
    let volcanoes = try ledger.volcanoes()
    let gathered = Mutex<[Int: Result<(listed: [ListedInterferogram], hasMap: Bool), any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: volcanoes.count) { index in
      let result = Result { try reduce(volcanoes[index], stacks, into: maps) }
      gathered.withLock { $0[index] = result }
    }
    let results = try gathered.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
    let listed = results.flatMap(\.listed)
    let scores = listed.compactMap(\.score)
    let ranking = VolcanoRanking(of: scores, threshold: threshold)
    let candidates = CandidateRanking.rank(scores, above: threshold)
    let byID = Dictionary(listed.map { ($0.id.description, $0) }, uniquingKeysWith: { first, _ in first })
    let ranked = candidates.compactMap { byID[$0.id] }
    try write(CandidateTables.all(listed), as: "interferograms.csv")
    try write(CandidateTables.candidates(ranked), as: "candidates.csv")
    try write(try CandidateFeatures.text(ranked), as: "candidates.geojson")
    try write(ranking.commaSeparated, as: "volcanoes.csv")
    return Summary(
      folder: folder, ranking: ranking, candidates: candidates, counts: try ledger.counts(),
      mapCount: results.count { $0.hasMap })
  }

  /// What a sweep found in each interferogram that has its outcome, without its maps.
  ///
  /// - Throws: `LedgerError`.
  public static func scores(_ ledger: Ledger) throws -> [InterferogramScore] {
    try ledger.volcanoes().flatMap { scores(try ledger.interferograms(ofVolcano: $0)) }
  }

  /// The same at the end of an earlier scoring.
  ///
  /// - Throws: `LedgerError`.
  public static func scores(_ ledger: Ledger, ofEarlierScoring scoring: Int) throws -> [InterferogramScore] {
    scores(try ledger.interferograms(ofEarlierScoring: scoring))
  }

  private static func scores(_ interferograms: [JudgedInterferogram]) -> [InterferogramScore] {
    interferograms.compactMap { interferogram in
      ListedInterferogram(
        id: interferogram.id, outcome: interferogram.outcome,
        geoTransform: GeoTransform(west: 0, north: 0, longitudeStep: 0.001, latitudeStep: -0.001)
      ).score
    }
  }

  private func reduce(_ volcano: String, _ stacks: [Int: PlannedStack], into maps: URL) throws
    -> (listed: [ListedInterferogram], hasMap: Bool)
  {
    let interferograms = try ledger.interferograms(ofVolcano: volcano)
    let statistics = try VolcanoMaps.gather(interferograms, stacks: stacks, rule: rule)
    if let statistics {
      let name = interferograms.first.flatMap { stacks[$0.stack]?.volcanoName } ?? volcano
      try write(statistics, of: volcano, name: name, into: maps)
    }
    let listed = interferograms.map { interferogram in
      ListedInterferogram(
        id: interferogram.id, outcome: interferogram.outcome,
        geoTransform: stacks[interferogram.stack]?.geoTransform
          ?? GeoTransform(west: 0, north: 0, longitudeStep: 0.001, latitudeStep: -0.001),
        model: provenance.model(of: interferogram), source: provenance.source(of: interferogram))
    }
    return (listed, statistics != nil)
  }

  private func write(_ statistics: ProbabilityStatistics, of volcano: String, name: String, into maps: URL) throws {
    let layers: [(name: String, unit: String, values: MapFile.Values)] = [
      ("maximumProbability", "1", .float32(statistics.maximumProbability)),
      ("meanProbability", "1", .float32(statistics.meanProbability)),
      ("countAbove05", "1", .int32(statistics.countAbove05)),
      ("countAbove08", "1", .int32(statistics.countAbove08)),
      ("interferogramCount", "1", .int32(statistics.interferogramCount)),
    ]
    var attributes = ["FILE_TYPE": "maximumProbability", "UNIT": "1", "VOLCANO": name, "NO_DATA_VALUE": "nan"]
    for (key, value) in identity.entries { attributes["SWEEP_" + key.uppercased()] = value }
    try MapFile.write(
      maps.appending(path: "\(volcano).h5").path, grid: statistics.grid, geoTransform: statistics.geoTransform,
      layers: layers.map { MapFile.Layer(name: $0.name, values: $0.values, attributes: ["UNIT": $0.unit]) },
      attributes: attributes)
    try GeoTIFFWriter.write(
      maps.appending(path: "\(volcano).tif").path,
      bands: layers.map { layer in
        switch layer.values {
        case .float32(let values): GeoTIFFWriter.Band(name: layer.name, values: values)
        case .int32(let values): GeoTIFFWriter.Band(name: layer.name, values: values.map { Float($0) })
        }
      }, grid: statistics.grid, geoTransform: statistics.geoTransform, metadata: attributes)
  }

  private func write(_ text: String, as name: String) throws {
    try AtomicFile.replace(folder.appending(path: name).path, with: Array(text.utf8))
  }
}
