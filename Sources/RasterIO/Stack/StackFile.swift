import Interferometry

/// The temporary file of a stack while it is written; see ``StackAppender``.
///
/// MintPy takes the size of a stack from `unwrapPhase` and does not open a stack without it. This file has
/// that dataset without ever writing to it: it reads as NaN, meaning unknown, and needs no space.
final class StackFile {
  private let file: HDF5File
  private let grid: Grid
  private let phase: HDF5Dataset
  private let coherence: HDF5Dataset
  private let unwrapped: HDF5Dataset
  private let date: HDF5Dataset
  private let baseline: HDF5Dataset
  private let keep: HDF5Dataset
  private let source: HDF5Dataset
  private(set) var count: Int

  private init(_ file: HDF5File, grid: Grid) throws {
    self.file = file
    self.grid = grid
    phase = try HDF5Dataset(file: file, name: "wrapPhase")
    coherence = try HDF5Dataset(file: file, name: "coherence")
    unwrapped = try HDF5Dataset(file: file, name: "unwrapPhase")
    date = try HDF5Dataset(file: file, name: "date")
    baseline = try HDF5Dataset(file: file, name: "bperp")
    keep = try HDF5Dataset(file: file, name: "dropIfgram")
    count = phase.shape[0]
    // A stack written by an older volcsweep lacks this dataset, or has one that did not grow with the others.
    let (shape, chunk) = ([phase.shape[0], 3], [256, 3])
    source =
      file.hasDataset("source")
      ? try HDF5Dataset(file: file, name: "source")
      : try file.createDataset("source", .fixedString(SourceRecord.textBytes), shape: shape, chunk: chunk)
    if source.shape != shape { try source.resize(to: shape) }
  }

  /// Creates an empty stack.
  static func create(_ path: String, header: StackHeader, compression: StackCompression) throws -> StackFile {
    let file = try HDF5File.create(path)
    for attribute in header.attributes { try file.writeAttribute(attribute.name, attribute.value) }
    let raster = [0, header.grid.height, header.grid.width]
    let chunk = [1, header.grid.height, header.grid.width]
    for name in ["wrapPhase", "coherence", "unwrapPhase"] {
      try file.createDataset(name, .float32, shape: raster, chunk: chunk, fill: .nan, compression: compression)
    }
    try file.createDataset("date", .fixedString(8), shape: [0, 2], chunk: [256, 2])
    try file.createDataset("bperp", .float32, shape: [0], chunk: [256])
    try file.createDataset("dropIfgram", .boolean, shape: [0], chunk: [256])
    try file.createDataset("source", .fixedString(SourceRecord.textBytes), shape: [0, 3], chunk: [256, 3])
    return try StackFile(file, grid: header.grid)
  }

  /// Opens the copy of a stack that volcsweep wrote.
  static func open(_ path: String, grid: Grid) throws -> StackFile {
    try StackFile(HDF5File.open(writingTo: path), grid: grid)
  }

  /// Adds one interferogram. Without coherence, its part of that dataset is not written and reads as NaN.
  func append(
    _ pair: DatePair, perpendicularBaseline: Float, phase: UnsafeBufferPointer<Float>,
    coherence: UnsafeBufferPointer<Float>?, source record: SourceRecord
  ) throws {
    let raster = [1, grid.height, grid.width]
    for dataset in [self.phase, self.coherence, unwrapped] { try dataset.resize(to: [count + 1] + raster[1...]) }
    for dataset in [baseline, keep] { try dataset.resize(to: [count + 1]) }
    try date.resize(to: [count + 1, 2])
    try source.resize(to: [count + 1, 3])
    try self.phase.write(phase, start: [count, 0, 0], count: raster)
    if let coherence { try self.coherence.write(coherence, start: [count, 0, 0], count: raster) }
    try writeBaseline(perpendicularBaseline, at: count)
    try write(record, at: count)
    let keepType = try file.makeType(.boolean, part: keep.part)
    try withUnsafePointer(to: Int8(1)) { try keep.write(raw: $0, type: keepType.id, start: [count], count: [1]) }
    let dateType = try file.makeType(.fixedString(8), part: date.part)
    let text = Array("\(pair.primary)\(pair.secondary)".utf8)
    try text.withUnsafeBytes {
      try date.write(raw: $0.baseAddress, type: dateType.id, start: [count, 0], count: [1, 2])
    }
    count += 1
  }

  /// Replaces pixels of an interferogram; `nil` keeps the existing ones.
  func replace(
    at index: Int, phase: UnsafeBufferPointer<Float>?, coherence: UnsafeBufferPointer<Float>?
  ) throws {
    let raster = [1, grid.height, grid.width]
    if let phase { try self.phase.write(phase, start: [index, 0, 0], count: raster) }
    if let coherence { try self.coherence.write(coherence, start: [index, 0, 0], count: raster) }
  }

  func writeBaseline(_ metres: Float, at index: Int) throws {
    try withUnsafePointer(to: metres) {
      try baseline.write(UnsafeBufferPointer(start: $0, count: 1), start: [index], count: [1])
    }
  }

  func write(_ record: SourceRecord, at index: Int) throws {
    let width = SourceRecord.textBytes
    var bytes = [UInt8](repeating: 0, count: 3 * width)
    for (row, text) in record.texts.enumerated() {
      for (offset, byte) in text.utf8.prefix(width).enumerated() { bytes[row * width + offset] = byte }
    }
    let type = try file.makeType(.fixedString(width), part: source.part)
    try bytes.withUnsafeBytes {
      try source.write(raw: $0.baseAddress, type: type.id, start: [index, 0], count: [1, 3])
    }
  }

  /// Passes all data to the operating system, so that closing cannot fail.
  func flush() throws { try file.flush() }
}
