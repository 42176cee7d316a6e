import Interferometry

/// A stack of interferograms opened for reading: an HDF5 file in MintPy's `ifgramStack` form.
///
/// Root datasets: `wrapPhase` (n × height × width, radians), `date` (n × 2 texts), and optionally `coherence`
/// (as `wrapPhase`), `bperp` (n, metres), `dropIfgram` (n, true means keep). An open stack stays readable,
/// unchanged, while an ingest replaces it by a longer one. Use from one thread at a time; calls block.
public final class InterferogramStackReader {
  /// Largest number of interferograms in a stack.
  public static let countLimit = 1_000_000

  /// Path of the file.
  public let path: String
  /// Root attributes.
  public let header: StackHeader
  /// Dates of each interferogram, in the order of the file; no pair occurs twice.
  public let pairs: [DatePair]
  /// Perpendicular baseline of each interferogram, metres; NaN if unknown.
  public let perpendicularBaselines: [Float]
  /// `dropIfgram` of each interferogram: false if a user excluded it.
  public let isKept: [Bool]
  /// The root attributes that identify the stack, as stored, by name; see ``StackIdentity``.
  let identifyingAttributes: [String: String]
  /// Source files of each interferogram; ``SourceRecord/unknown`` if the stack does not record them.
  public let sources: [SourceRecord]
  /// Whether volcsweep wrote the stack, so that it can be appended to.
  public let isOwnForm: Bool
  private let phase: HDF5Dataset
  private let coherence: HDF5Dataset?
  /// Conversion of stored `wrapPhase` to radians.
  private let phaseMeaning: DatasetMeaning
  /// Conversion of stored `coherence` to 0…1.
  private let coherenceMeaning: DatasetMeaning?
  private let file: HDF5File

  /// Opens a stack and checks that its datasets match its attributes. Reads no pixels.
  ///
  /// - Throws: ``StackError`` that names the file, the dataset or attribute, and what was expected.
  public init(path: String) throws {
    self.path = path
    file = try HDF5File.open(readingFrom: path)
    header = try StackHeader(file: file)
    identifyingAttributes = try StackHeader.identifyingAttributes(of: file)
    phase = try Self.open("wrapPhase", in: file)
    let grid = header.grid
    let expected = "n × \(grid.height) × \(grid.width) as in its attributes LENGTH and WIDTH"
    guard phase.shape.count == 3, phase.shape[1] == grid.height, phase.shape[2] == grid.width
    else {
      throw Self.misshapen(phase, expected: expected, in: file)
    }
    let count = phase.shape[0]
    guard count <= Self.countLimit else {
      throw StackError(
        file: path, part: phase.part, problem: "holds \(count) interferograms, at most \(Self.countLimit) are read")
    }
    coherence = file.hasDataset("coherence") ? try Self.open("coherence", in: file) : nil
    if let coherence, coherence.shape != phase.shape {
      throw Self.misshapen(coherence, expected: "\(count) × \(grid.height) × \(grid.width) as /wrapPhase", in: file)
    }
    pairs = try Self.readPairs(count: count, in: file)
    perpendicularBaselines =
      try StackLists.baselines(count: count, in: file) ?? [Float](repeating: .nan, count: count)
    isKept = try StackLists.flags("dropIfgram", count: count, in: file) ?? [Bool](repeating: true, count: count)
    sources = try Self.readSources(count: count, in: file)
    isOwnForm = try file.readAttribute(StackHeader.formAttribute.name) == StackHeader.formAttribute.value
    let noData = try StackMeaning.noData(in: file)
    phaseMeaning = try DatasetMeaning(
      phase, of: .phase, in: file, unit: try StackMeaning.attribute("UNIT", in: file), noData: noData ?? [],
      usualNoData: noData == nil ? [0] : [])
    // In coherence, 0 is a value and not no data.
    if let coherence {
      coherenceMeaning = try DatasetMeaning(
        coherence, of: .coherence, in: file, noData: (noData ?? []).filter { !(0...1).contains($0) })
    } else {
      coherenceMeaning = nil
    }
  }

  /// Number of interferograms.
  public var count: Int { pairs.count }

  /// Whether the stack has coherence.
  public var hasCoherence: Bool { coherence != nil }

  /// Reads the wrapped phase of one interferogram into `buffer` (height × width, row-major): radians, NaN for
  /// no data.
  ///
  /// - Throws: ``StackError`` if the file cannot be read or is damaged there.
  public func readPhase(at index: Int, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    try read(phase, at: index, into: buffer)
    phaseMeaning.apply(to: buffer)
    // Normalises NaN bits, so that equal pixels give equal hashes.
    for pixel in buffer.indices where buffer[pixel].isNaN { buffer[pixel] = .nan }
  }

  /// Reads the coherence of one interferogram into `buffer` (height × width, row-major): 0…1, NaN for no
  /// data; all NaN if the stack has no coherence. Values outside 0…1 are returned as they are: the method
  /// rejects such an interferogram.
  ///
  /// - Throws: ``StackError`` if the file cannot be read or is damaged there.
  public func readCoherence(at index: Int, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    guard let coherence else {
      buffer.update(repeating: .nan)
      return
    }
    try read(coherence, at: index, into: buffer)
    coherenceMeaning?.apply(to: buffer)
    for pixel in buffer.indices where buffer[pixel].isNaN { buffer[pixel] = .nan }
  }

  /// Reads one interferogram with its coherence.
  ///
  /// - Throws: ``StackError`` if the file cannot be read or is damaged there.
  public func interferogram(at index: Int) throws -> Interferogram {
    func raster(_ read: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows -> [Float] {
      try [Float](unsafeUninitializedCapacity: header.grid.count) { buffer, count in
        try read(UnsafeMutableBufferPointer(rebasing: buffer[..<header.grid.count]))
        count = header.grid.count
      }
    }
    return Interferogram(
      id: InterferogramID(volcano: header.volcanoKey, frame: header.frame, pair: pairs[index]),
      grid: header.grid, geoTransform: header.geoTransform,
      phase: try raster { try readPhase(at: index, into: $0) },
      coherence: hasCoherence ? try raster { try readCoherence(at: index, into: $0) } : nil)
  }

  private func read(
    _ dataset: HDF5Dataset, at index: Int, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws {
    precondition(pairs.indices.contains(index), "the stack has this interferogram")
    precondition(buffer.count == header.grid.count, "the buffer holds one raster")
    let grid = header.grid
    try dataset.read(into: buffer, start: [index, 0, 0], count: [1, grid.height, grid.width])
  }

  private static func open(_ name: String, in file: HDF5File) throws -> HDF5Dataset {
    guard file.hasDataset(name) else {
      throw StackError(
        file: file.path, part: "dataset /\(name)", problem: "is missing; expected a stack with wrapPhase and date")
    }
    return try HDF5Dataset(file: file, name: name)
  }

  private static func readPairs(count: Int, in file: HDF5File) throws -> [DatePair] {
    let dates = try open("date", in: file)
    guard dates.shape == [count, 2] else { throw misshapen(dates, expected: "\(count) × 2", in: file) }
    let texts = try dates.readAllStrings(in: file)
    var seen = Set<DatePair>()
    return try (0..<count).map { row in
      // MintPy also has dates with a time, 20240106T0026.
      guard let primary = AcquisitionDate(texts[2 * row].prefix(8)),
        let secondary = AcquisitionDate(texts[2 * row + 1].prefix(8))
      else {
        throw StackError(
          file: file.path, part: dates.part,
          problem: "row \(row) is “\(StackHeader.shown(texts[2 * row]))”, "
            + "“\(StackHeader.shown(texts[2 * row + 1]))”, expected two dates YYYYMMDD")
      }
      let pair = DatePair(primary: primary, secondary: secondary)
      guard seen.insert(pair).inserted else {
        throw StackError(file: file.path, part: dates.part, problem: "contains \(pair) twice")
      }
      return pair
    }
  }

  /// Malformed records count as unknown: they only save an ingest from reading files again.
  private static func readSources(count: Int, in file: HDF5File) throws -> [SourceRecord] {
    var records = [SourceRecord](repeating: .unknown, count: count)
    guard file.hasDataset("source") else { return records }
    let dataset = try HDF5Dataset(file: file, name: "source")
    guard dataset.shape.count == 2, dataset.shape[0] <= max(count, 1), dataset.shape[1] == 3, !dataset.isNumeric,
      let texts = try? dataset.readAllStrings(in: file)
    else { return records }
    for index in 0..<min(count, dataset.shape[0]) {
      records[index] = SourceRecord(texts: texts[3 * index..<3 * index + 3])
    }
    return records
  }

  private static func misshapen(_ dataset: HDF5Dataset, expected: String, in file: HDF5File) -> StackError {
    let shape = dataset.shape.isEmpty ? "a single value" : dataset.shape.map(String.init).joined(separator: " × ")
    let kind = dataset.isNumeric || dataset.name == "date" ? "" : " of no numbers"
    return StackError(
      file: file.path, part: dataset.part,
      problem: "is \(shape)\(kind), expected \(expected); ingest the volcano again")
  }
}
