import Detection
import Dispatch
import Files
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
    /// Interferograms whose stored outcomes are not what was written, left out of everything else; in ``counts`` they have
    /// no outcome.
    public let damaged: [DamagedOutcome]
    /// Interferograms whose stored data mask is not what was written: in the maps they count at every pixel.
    public let withoutMask: [InterferogramID]
  }

  /// What one volcano adds to the lists.
  private struct Part {
    var listed: [ListedInterferogram]
    var withoutMask: [InterferogramID]
    var damaged: [DamagedOutcome]
    var made: Made
  }

  /// The maps of one volcano.
  private struct Made {
    /// `nil` where there are none.
    var maps: MapManifest.Maps?
    /// Numbers of the interferograms whose mask is damaged.
    var withoutMask: [Int] = []
  }

  private let ledger: Ledger
  private let folder: URL
  private let threshold: Double
  private let rule: PatchRule
  private let identity: SweepIdentity
  private let provenance: Provenance

  /// - Parameters:
  ///   - ledger: the sweep's; all of the reduction reads the state it has now.
  ///   - folder: where the results appear; made if need be.
  ///   - threshold: Pmax above which an interferogram is a candidate; `nil` takes the sweep's own.
  /// - Throws: ``ReductionError/noSweep(path:)`` for a ledger that was not bound to a sweep.
  public init(ledger: Ledger, folder: URL, threshold: Double?) throws {
    let ledger = try ledger.snapshot()
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

  /// Writes all results, while no other reduction writes to the folder. Each file appears by rename; one that would have
  /// the same bytes is left alone. Maps of volcanoes that have none any more are removed.
  ///
  /// - Parameter waits: called with the name of another reduction that is waited for.
  /// - Returns: what was written.
  /// - Throws: `LedgerError`, ``ReductionError``, `OwnFolder.Refusal`, or what the file system said.
  public func write(waits: (_ holder: String) -> Void = { _ in }) throws -> Summary {
    let results = try ResultsFolder(folder, waits: waits)
    defer { withExtendedLifetime(results) {} }
    let (known, maps) = (MapManifest(file: results.manifest), results.maps)
    let volcanoes = try ledger.volcanoes()
    let parts = try parts(of: volcanoes) { volcano, interferograms, stacks in
      try writeMaps(of: volcano, interferograms, stacks, known: known, into: maps)
    }
    let lists = try lists(parts.flatMap(\.listed), threshold: threshold)
    var manifest = MapManifest()
    for (volcano, part) in zip(volcanoes, parts) { manifest.maps[volcano] = part.made.maps }
    // JSON has no infinite numbers.
    manifest.threshold = threshold.isFinite ? threshold : nil
    manifest.lists = lists.texts.mapValues { MapManifest.sha256(of: Data($0.utf8)) }
    results.removeMaps(otherThan: Set(manifest.maps.keys), known: Set(known.maps.keys))
    try manifest.write(to: results.manifest)
    for name in Self.listNames {
      if let text = lists.texts[name] { try write(text, as: name) }
    }
    let damaged = parts.flatMap(\.damaged)
    var counts = try ledger.counts()
    for outcome in damaged { counts.forget(outcome) }
    return Summary(
      folder: folder, ranking: lists.ranking, candidates: lists.candidates, counts: counts,
      mapCount: manifest.maps.count,
      damaged: damaged, withoutMask: parts.flatMap(\.withoutMask))
  }

  /// The lists of all interferograms.
  private struct Lists {
    /// By the names of their files, see ``listNames``.
    var texts: [String: String]
    var ranking: VolcanoRanking
    var candidates: [InterferogramScore]
  }

  private func lists(_ listed: [ListedInterferogram], threshold: Double) throws -> Lists {
    let scores = listed.compactMap(\.score)
    let ranking = VolcanoRanking(of: scores, threshold: threshold)
    let candidates = CandidateRanking.rank(scores, above: threshold)
    let byID = Dictionary(listed.map { ($0.id.description, $0) }, uniquingKeysWith: { first, _ in first })
    let ranked = candidates.compactMap { byID[$0.id] }
    return Lists(
      texts: [
        Self.listName: CandidateTables.all(listed), "candidates.csv": CandidateTables.candidates(ranked),
        "candidates.geojson": try CandidateFeatures.text(ranked), "volcanoes.csv": ranking.commaSeparated,
      ], ranking: ranking, candidates: candidates)
  }

  /// How results that were written before differ from what the ledger says now, and from what was written then.
  ///
  /// - Returns: a line for each file; none where everything fits, or where there are no results.
  /// - Throws: `LedgerError`, or what reading a file throws.
  public func differences() throws -> [String] {
    let file = ResultsFolder.companion(of: folder, "manifest")
    let manifest = MapManifest.read(file)
    let wasWritten = FileManager.default.fileExists(atPath: file.path)
    guard wasWritten || FileManager.default.fileExists(atPath: folder.appending(path: Self.listName).path) else {
      return []
    }
    let known = manifest ?? MapManifest()
    let volcanoes = try ledger.volcanoes()
    let maps = folder.appending(path: "maps")
    let parts = try parts(of: volcanoes) { volcano, interferograms, stacks in
      let masks = try VolcanoMasks(ledger, volcano: volcano)
      let attributes = attributes(of: volcano, interferograms, stacks, masks)
      return MapInputs.digest(interferograms, stacks: stacks, attributes: attributes, masks: masks)
        .map { Made(maps: MapManifest.Maps(inputs: $0, files: [:])) } ?? Made()
    }
    let now = try lists(parts.flatMap(\.listed), threshold: known.threshold ?? threshold)
    var lines = Self.listNames.compactMap { name in
      wasWritten || name == Self.listName ? problem(ofList: name, now: now.texts[name] ?? "", known) : nil
    }
    for (volcano, part) in zip(volcanoes, parts) {
      // Results of older versions are not known file by file.
      guard let written = known.maps[volcano] else { continue }
      if written.inputs != part.made.maps?.inputs {
        lines.append("\(maps.path)/\(volcano).h5 and .tif are older than the ledger")
      }
      for (suffix, file) in written.files.sorted(by: { $0.key < $1.key }) {
        let path = maps.appending(path: volcano + suffix).path
        if (try? MapManifest.sha256(path)) != file.sha256 {
          lines.append("\(path) is missing or was changed")
        }
      }
    }
    if let manifest { lines += strangers(in: maps, manifest, planned: Set(volcanoes)) }
    return lines
  }

  /// What is wrong with a list that was written before; `nil` where nothing is.
  private func problem(ofList name: String, now text: String, _ known: MapManifest) -> String? {
    let file = folder.appending(path: name)
    guard let bytes = try? Data(contentsOf: file) else { return "\(file.path) is missing or cannot be read" }
    if let written = known.lists?[name], written != MapManifest.sha256(of: bytes) {
      return "\(file.path) was changed after it was written"
    }
    // Above which threshold an older version ranked is not known.
    guard name == Self.listName || known.threshold != nil, bytes != Data(text.utf8) else { return nil }
    return "\(file.path) does not match the ledger"
  }

  /// Maps of volcanoes that are not in the plan, and files that look like maps and that no reduction made.
  private func strangers(in maps: URL, _ manifest: MapManifest, planned: Set<String>) -> [String] {
    let gone = manifest.maps.keys.filter { !planned.contains($0) }.sorted()
    let made = Set(manifest.maps.flatMap { name, written in written.files.keys.map { name + $0 } })
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: maps.path)) ?? []).filter { file in
      !file.hasPrefix(".") && MapManifest.suffixes.contains { file.hasSuffix($0) } && !made.contains(file)
    }
    return gone.map { "\(maps.path)/\($0).h5 and .tif belong to a volcano that is not in the plan" }
      + found.sorted().map { "\(maps.path)/\($0) is not a map of this run" }
  }

  private static let listName = "interferograms.csv"
  /// All lists, in the order in which they are written.
  private static let listNames = [listName, "candidates.csv", "candidates.geojson", "volcanoes.csv"]

  /// Goes through all volcanoes, several at a time.
  private func parts(
    of volcanoes: [String],
    maps: @Sendable (String, [JudgedInterferogram], [Int: PlannedStack]) throws -> Made
  ) throws -> [Part] {
    let stacks = try ledger.stacks()
    let gathered = Mutex<[Int: Result<Part, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: volcanoes.count) { index in
      let result = Result {
        let volcano = volcanoes[index]
        let (interferograms, damaged) = try ledger.contents(ofVolcano: volcano)
        let made = try maps(volcano, interferograms, stacks)
        let withoutMask = Set(made.withoutMask)
        return Part(
          listed: listed(interferograms, stacks),
          withoutMask: interferograms.filter { withoutMask.contains($0.number) }.map(\.id), damaged: damaged,
          made: made)
      }
      gathered.withLock { $0[index] = result }
    }
    return try gathered.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
  }

  /// What a sweep found in each interferogram that has its outcome, without its maps.
  ///
  /// - Throws: `LedgerError`.
  public static func scores(_ ledger: Ledger) throws -> [InterferogramScore] {
    let ledger = try ledger.snapshot()
    return try ledger.volcanoes().flatMap { scores(try ledger.interferograms(ofVolcano: $0)) }
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

  private func listed(_ interferograms: [JudgedInterferogram], _ stacks: [Int: PlannedStack])
    -> [ListedInterferogram]
  {
    interferograms.map { interferogram in
      ListedInterferogram(
        id: interferogram.id, outcome: interferogram.outcome,
        geoTransform: stacks[interferogram.stack]?.geoTransform
          ?? GeoTransform(west: 0, north: 0, longitudeStep: 0.001, latitudeStep: -0.001),
        model: provenance.model(of: interferogram), source: provenance.source(of: interferogram),
        damage: interferogram.damage)
    }
  }

  /// What the maps of a volcano say of themselves.
  private func attributes(
    of volcano: String, _ interferograms: [JudgedInterferogram], _ stacks: [Int: PlannedStack],
    _ masks: VolcanoMasks
  ) -> [String: String] {
    let name = interferograms.first.flatMap { stacks[$0.stack]?.volcanoName } ?? volcano
    var attributes = ["FILE_TYPE": "maximumProbability", "UNIT": "1", "VOLCANO": name, "NO_DATA_VALUE": "nan"]
    attributes.merge(MapTags.tags(interferograms, stacks: stacks, masks: masks)) { own, _ in own }
    for (key, value) in identity.entries { attributes["SWEEP_" + key.uppercased()] = value }
    return attributes
  }

  /// - Returns: the maps as they lie there now; none where nothing is scored.
  private func writeMaps(
    of volcano: String, _ interferograms: [JudgedInterferogram], _ stacks: [Int: PlannedStack], known: MapManifest,
    into maps: URL
  ) throws -> Made {
    var masks = try VolcanoMasks(ledger, volcano: volcano)
    var made = Made()
    while true {
      let attributes = attributes(of: volcano, interferograms, stacks, masks)
      guard let inputs = MapInputs.digest(interferograms, stacks: stacks, attributes: attributes, masks: masks)
      else {
        return made
      }
      if known.isCurrent(volcano, inputs: inputs, in: maps) {
        made.maps = known.maps[volcano]
        return made
      }
      do {
        guard let statistics = try VolcanoMaps.gather(interferograms, stacks: stacks, rule: rule, masks: masks)
        else {
          return made
        }
        try write(statistics, of: volcano, attributes, into: maps)
        made.maps = try MapManifest.maps(volcano, inputs: inputs, in: maps)
        return made
      } catch let damage as DamagedMask {
        // Each time round there is one mask less.
        made.withoutMask += masks.interferograms(with: damage.mask)
        masks = masks.without(damage.mask)
      }
    }
  }

  private func write(
    _ statistics: ProbabilityStatistics, of volcano: String, _ attributes: [String: String], into maps: URL
  ) throws {
    let layers: [(name: String, unit: String, values: MapFile.Values)] = [
      ("maximumProbability", "1", .float32(statistics.maximumProbability)),
      ("meanProbability", "1", .float32(statistics.meanProbability)),
      ("countAbove05", "1", .int32(statistics.countAbove05)),
      ("countAbove08", "1", .int32(statistics.countAbove08)),
      ("interferogramCount", "1", .int32(statistics.interferogramCount)),
    ]
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
    try AtomicFile.update(folder.appending(path: name).path, with: Array(text.utf8))
  }
}
