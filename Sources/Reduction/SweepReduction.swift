import Detection
import Dispatch
import Files
import Foundation
import Hashing
import Imaging
import Interferometry
import Ledger
import RasterIO
import SweepRecords
import Synchronization

/// Reduces a sweep's ledger to its results: maps per volcano and ranked lists. Equal outcomes produce equal
/// bytes. Its calls block.
public struct SweepReduction: Sendable {
  /// What was written.
  public struct Summary: Sendable {
    /// The results folder.
    public let folder: URL
    /// All volcanoes in rank order.
    public let ranking: VolcanoRanking
    /// The interferograms above the threshold, in rank order.
    public let candidates: [InterferogramScore]
    /// Number of interferograms by outcome.
    public let counts: OutcomeCounts
    /// Volcanoes with maps.
    public let mapCount: Int
    /// Interferograms with damaged stored outcomes. They are left out of everything else, and count as open in
    /// ``counts``.
    public let damaged: [DamagedOutcome]
    /// The expected fraction of the candidates that deform; `nil` if no prior was stated or there are none.
    public let expectedShare: Double?
    /// Interferograms with damaged stored data masks: the maps count them at every pixel.
    public let withoutMask: [InterferogramID]
  }

  /// One volcano's contribution to the lists.
  private struct Part {
    var listed: [ListedInterferogram]
    var withoutMask: [InterferogramID]
    var damaged: [DamagedOutcome]
    var made: Made
  }

  /// The maps of one volcano.
  private struct Made {
    /// `nil` if there are none.
    var maps: MapManifest.Maps?
    /// Numbers of the interferograms with a damaged mask.
    var withoutMask: [Int] = []
  }

  private let ledger: Ledger
  private let folder: URL
  private let threshold: Double
  private let rule: PatchRule
  private let identity: SweepIdentity
  private let provenance: Provenance
  private let priors: Priors?
  /// A catalogue that was passed in.
  private let catalogue: [VolcanoPlace]?

  /// - Parameters:
  ///   - ledger: the sweep's ledger; the whole reduction uses its present state.
  ///   - folder: the results folder, created if necessary.
  ///   - threshold: Pmax above which an interferogram is a candidate; `nil` for the sweep's own threshold.
  ///   - prior: the fraction of interferograms that deform; `nil` leaves out what depends on it.
  ///   - catalogue: volcanoes among which the nearest is named; `nil` for those of the sweep.
  /// - Throws: ``ReductionError/noSweep(path:)`` for a ledger that is not bound to a sweep.
  public init(
    ledger: Ledger, folder: URL, threshold: Double?, prior: DeformationPrior? = nil,
    catalogue: [VolcanoPlace]? = nil
  ) throws {
    let ledger = try ledger.snapshot()
    self.ledger = ledger
    self.folder = folder
    guard let identity = try ledger.identity(),
      let profile = try? JSONDecoder().decode(MethodProfile.self, from: Data(identity.profile.utf8))
    else { throw ReductionError.noSweep(path: ledger.path) }
    self.identity = identity
    provenance = try Provenance(ledger, identity: identity)
    rule = PatchRule(profile: profile, patchSize: identity.patchSize, alignment: identity.patchAlignment)
    self.threshold = try threshold ?? ledger.candidateThreshold() ?? CandidateThreshold.standard
    let training = try ledger.trainingPrior().flatMap { DeformationPrior($0) } ?? .even
    priors = prior.map { Priors(stated: $0, training: training) }
    self.catalogue = catalogue
  }

  /// Writes all results, excluding other reductions from the folder. Each file is replaced atomically, or left
  /// alone if its bytes are the same. Maps of volcanoes without results are removed.
  ///
  /// - Parameter waits: called with the name of another reduction before waiting for it.
  /// - Returns: what was written.
  /// - Throws: `LedgerError`, ``ReductionError``, `OwnFolder.Refusal`, or errors of the file system.
  public func write(waits: (_ holder: String) -> Void = { _ in }) throws -> Summary {
    let results = try ResultsFolder(folder, waits: waits)
    defer { withExtendedLifetime(results) {} }
    let (known, maps) = (MapManifest(file: results.manifest), results.maps)
    let volcanoes = try ledger.volcanoes()
    let parts = try parts(of: volcanoes, priors: priors, catalogue: catalogue) { volcano, interferograms, stacks in
      try writeMaps(of: volcano, interferograms, stacks, known: known, into: maps)
    }
    let lists = try lists(parts.flatMap(\.listed), threshold: threshold, priors: priors)
    var manifest = MapManifest()
    for (volcano, part) in zip(volcanoes, parts) { manifest.maps[volcano] = part.made.maps }
    // JSON cannot represent infinity.
    manifest.threshold = threshold.isFinite ? threshold : nil
    (manifest.priors, manifest.catalogue) = (priors, catalogue)
    manifest.lists = lists.texts.mapValues { sha256Hex(of: Data($0.utf8)) }
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
      damaged: damaged,
      expectedShare: priors?.expectedShare(of: lists.candidates.compactMap(\.maximumProbability)),
      withoutMask: parts.flatMap(\.withoutMask))
  }

  /// The lists of interferograms and volcanoes.
  private struct Lists {
    /// By file name, see ``listNames``.
    var texts: [String: String]
    var ranking: VolcanoRanking
    var candidates: [InterferogramScore]
  }

  private func lists(_ listed: [ListedInterferogram], threshold: Double, priors: Priors?) throws -> Lists {
    let scores = listed.compactMap(\.score)
    let ranking = VolcanoRanking(of: scores, threshold: threshold)
    let candidates = CandidateRanking.rank(scores, above: threshold)
    let byID = Dictionary(listed.map { ($0.id.description, $0) }, uniquingKeysWith: { first, _ in first })
    let ranked = candidates.compactMap { byID[$0.id] }
    let hasPrior = priors != nil
    let expectedShares = priors.map { priors in
      Dictionary(grouping: candidates, by: \.volcano).compactMapValues {
        priors.expectedShare(of: $0.compactMap(\.maximumProbability))
      }
    }
    return Lists(
      texts: [
        Self.listName: CandidateTables.all(listed, hasPrior: hasPrior),
        "candidates.csv": CandidateTables.candidates(ranked, hasPrior: hasPrior),
        "candidates.geojson": try CandidateFeatures.text(ranked, hasPrior: hasPrior),
        Self.areasName: try AreaFeatures.text(ranked),
        "volcanoes.csv": ranking.commaSeparated(expectedShares: expectedShares),
      ], ranking: ranking, candidates: candidates)
  }

  /// Compares existing results with the ledger and with the manifest of what was written.
  ///
  /// - Returns: one line per differing file; empty if all match, or there are no results.
  /// - Throws: `LedgerError`, or errors of reading a file.
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
    let parts = try parts(
      of: volcanoes, priors: known.priors, catalogue: known.catalogue
    ) { volcano, interferograms, stacks in
      let masks = try VolcanoMasks(ledger, volcano: volcano)
      let attributes = attributes(of: volcano, interferograms, stacks, masks)
      return MapInputs.digest(interferograms, stacks: stacks, attributes: attributes, masks: masks)
        .map { Made(maps: MapManifest.Maps(inputs: $0, files: [:])) } ?? Made()
    }
    let now = try lists(
      parts.flatMap(\.listed), threshold: known.threshold ?? threshold, priors: known.priors)
    var lines = Self.listNames.compactMap { name in
      wasWritten || name == Self.listName ? problem(ofList: name, now: now.texts[name] ?? "", known) : nil
    }
    for (volcano, part) in zip(volcanoes, parts) {
      // Results of older versions are not in the manifest.
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

  /// What is wrong with an existing list; `nil` if nothing is.
  private func problem(ofList name: String, now text: String, _ known: MapManifest) -> String? {
    // Older versions wrote no areas.
    guard name != Self.areasName || known.lists?[name] != nil else { return nil }
    let file = folder.appending(path: name)
    guard let bytes = try? Data(contentsOf: file) else { return "\(file.path) is missing or cannot be read" }
    if let written = known.lists?[name], written != sha256Hex(of: bytes) {
      return "\(file.path) was changed after it was written"
    }
    // The threshold of an older version's ranking is unknown.
    guard name == Self.listName || known.threshold != nil, bytes != Data(text.utf8) else { return nil }
    return "\(file.path) does not match the ledger"
  }

  /// Maps of volcanoes outside the plan, and files that look like maps but were not written by a reduction.
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
  /// All lists, in the order of writing.
  private static let listNames = [listName, "candidates.csv", "candidates.geojson", areasName, "volcanoes.csv"]
  private static let areasName = "areas.geojson"

  /// Processes all volcanoes, several in parallel.
  private func parts(
    of volcanoes: [String], priors: Priors?, catalogue: [VolcanoPlace]?,
    maps: @Sendable (String, [InterferogramWithOutcome], [Int: PlannedStack]) throws -> Made
  ) throws -> [Part] {
    let stacks = try ledger.stacks()
    let nearest = NearestVolcano(try catalogue ?? ledger.volcanoPlaces())
    let gathered = Mutex<[Int: Result<Part, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: volcanoes.count) { index in
      let result = Result {
        let volcano = volcanoes[index]
        let (interferograms, damaged) = try ledger.contents(ofVolcano: volcano)
        let made = try maps(volcano, interferograms, stacks)
        let withoutMask = Set(made.withoutMask)
        return Part(
          listed: listed(interferograms, stacks, nearest: nearest, priors: priors),
          withoutMask: interferograms.filter { withoutMask.contains($0.number) }.map(\.id), damaged: damaged,
          made: made)
      }
      gathered.withLock { $0[index] = result }
    }
    return try gathered.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
  }

  /// All interferograms with an outcome, without their maps.
  ///
  /// - Throws: `LedgerError`.
  public static func scores(_ ledger: Ledger) throws -> [InterferogramScore] {
    let ledger = try ledger.snapshot()
    return try ledger.volcanoes().flatMap { scores(try ledger.interferograms(ofVolcano: $0)) }
  }

  /// All interferograms with an outcome at the end of an earlier scoring.
  ///
  /// - Throws: `LedgerError`.
  public static func scores(_ ledger: Ledger, ofEarlierScoring scoring: Int) throws -> [InterferogramScore] {
    scores(try ledger.interferograms(ofEarlierScoring: scoring))
  }

  private static func scores(_ interferograms: [InterferogramWithOutcome]) -> [InterferogramScore] {
    interferograms.compactMap { interferogram in
      ListedInterferogram(
        id: interferogram.id, outcome: interferogram.outcome,
        geoTransform: GeoTransform(west: 0, north: 0, longitudeStep: 0.001, latitudeStep: -0.001)
      ).score
    }
  }

  private func listed(
    _ interferograms: [InterferogramWithOutcome], _ stacks: [Int: PlannedStack], nearest: NearestVolcano,
    priors: Priors?
  ) -> [ListedInterferogram] {
    interferograms.map { interferogram in
      let stack = stacks[interferogram.stack]
      var listed = ListedInterferogram(
        id: interferogram.id, outcome: interferogram.outcome,
        geoTransform: stack?.geoTransform
          ?? GeoTransform(west: 0, north: 0, longitudeStep: 0.001, latitudeStep: -0.001),
        grid: stack?.grid, model: provenance.model(of: interferogram), source: provenance.source(of: interferogram),
        damage: interferogram.damage)
      if let result = listed.result {
        listed.nearest = nearest(
          latitudeDegrees: result.latitudeDegrees, longitudeDegrees: result.longitudeDegrees
        ).map { ($0.place.volcano, $0.kilometres) }
      }
      listed.probabilityAtPrior = listed.score?.maximumProbability.flatMap { priors?.probability(of: $0) }
      return listed
    }
  }

  /// Attributes of a volcano's maps.
  private func attributes(
    of volcano: String, _ interferograms: [InterferogramWithOutcome], _ stacks: [Int: PlannedStack],
    _ masks: VolcanoMasks
  ) -> [String: String] {
    let name = interferograms.first.flatMap { stacks[$0.stack]?.volcanoName } ?? volcano
    var attributes = ["FILE_TYPE": "maximumProbability", "UNIT": "1", "VOLCANO": name, "NO_DATA_VALUE": "nan"]
    attributes.merge(MapTags.tags(interferograms, stacks: stacks, masks: masks)) { own, _ in own }
    for (key, value) in identity.entries { attributes["SWEEP_" + key.uppercased()] = value }
    return attributes
  }

  /// - Returns: the maps as written; none if no interferogram was scored.
  private func writeMaps(
    of volcano: String, _ interferograms: [InterferogramWithOutcome], _ stacks: [Int: PlannedStack],
    known: MapManifest,
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
        // Every iteration removes one mask.
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
