import Foundation
import Imaging
import Interferometry
import RasterIO
import Tables

/// Labelled patches from an archive of synthetic interferograms, labelled by its `truth.csv` and masks.
public struct SyntheticPatches: Sendable {
  /// Pixels across a patch.
  public var side: Int
  /// Pixels from one patch to the next.
  public var stride: Int
  /// The gate; patches that it rejects are left out, as in a sweep. `nil` takes all patches.
  public var gate: GateRule?
  /// Interferograms with a mask whose deformation is below this many fringes are left out.
  public var leastFringes = 0.5
  /// A quiet patch is a hard negative if the phase of its atmospheric delay has at least this standard
  /// deviation, radians.
  public var hardAtmosphereRadians = 1.5

  /// Numbers of patches left out.
  public struct Count: Hashable, Sendable {
    /// Rejected by the gate.
    public var gated = 0
    /// Showing too small a part of a deformation, or too weak a deformation.
    public var unclear = 0
  }

  public init(side: Int = 224, stride: Int = 112, gate: GateRule? = MethodProfile.jgr2018.gate) {
    self.side = side
    self.stride = stride
    self.gate = gate
  }

  /// Whether a folder is a synthetic archive.
  public static func isArchive(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: URL(filePath: folder).appending(path: "truth.csv").path)
  }

  /// Reads all interferograms that the folder's `truth.csv` names. Each volcano is a place.
  ///
  /// - Throws: ``DataSetError`` for a damaged `truth.csv`, `RasterError` or `StackError` for damaged rasters.
  public func read(_ folder: String) throws -> (patches: LabelledPatches, count: Count) {
    let root = URL(filePath: folder, directoryHint: .isDirectory)
    let truth = try NamedColumns(contentsOf: root.appending(path: "truth.csv").path)
    let rows = try Rows(truth)
    let source = RasterSource(root: root)
    var builder = PatchSetBuilder(side: side)
    var count = Count()
    var cutter: PatchCutter?
    for row in 0..<truth.count {
      let (phase, coherence, grid) = try source.rasters(
        volcano: rows.volcano[row], frame: rows.frame[row], pair: rows.pair[row])
      if cutter?.patches.grid != grid {
        cutter = PatchCutter(grid: grid, side: side, stride: stride, gate: gate)
      }
      guard let cutter else {
        throw DataSetError(file: folder, problem: "has rasters of \(grid), smaller than a patch of \(side)")
      }
      let mask = rows.mask[row].isEmpty ? nil : try source.mask(rows.mask[row], grid: grid)
      let total = mask?.count { $0 != 0 } ?? 0
      let isFaint = abs(try rows.number(rows.peakFringes, row, "peak_fringes")) < leastFringes && total > 0
      let isHard = try rows.number(rows.atmosphere, row, "atmosphere_rad") >= hardAtmosphereRadians
      let origin = "\(rows.volcano[row])_\(rows.frame[row])_\(rows.pair[row])"
      count.gated += cutter.forEachPatch(phase: phase, coherence: coherence) { patch in
        let window = mask.map { cutter.window(of: $0, patch) }
        let inside = window?.count { $0 != 0 } ?? 0
        switch MaskLabel(inside: inside, of: total, area: side * side) {
        case .leftOut: count.unclear += 1
        case .deforms where isFaint: count.unclear += 1
        case let label:
          builder.add(
            cutter.gray(of: patch), deforms: label == .deforms, isHardNegative: isHard, place: rows.volcano[row],
            box: window.flatMap { PatchBox(around: $0, side: side) }, source: rows.kind[row], origin: origin)
        }
      }
    }
    return (try builder.patches(), count)
  }

  /// The columns of `truth.csv` that are used here.
  private struct Rows {
    let path: String
    let volcano, frame, pair, mask, kind, peakFringes, atmosphere: [String]

    init(_ table: NamedColumns) throws {
      path = table.path
      volcano = try table.column("volcano")
      frame = try table.column("frame")
      pair = try table.column("pair")
      mask = try table.column("mask")
      kind = try table.column("class")
      peakFringes = try table.column("peak_fringes")
      atmosphere = try table.column("atmosphere_rad")
    }

    func number(_ column: [String], _ row: Int, _ name: String) throws -> Double {
      guard let value = NumberText.number(column[row]) else {
        throw DataSetError(file: path, problem: "\(name) of \(pair[row]) is “\(column[row])”, expected a number")
      }
      return value
    }
  }
}

/// The rasters of a synthetic archive, as HDF5 stacks or as GeoTIFF products.
private final class RasterSource {
  private let root: URL
  private var stack: InterferogramStackReader?
  private var numbers: [DatePair: Int] = [:]

  init(root: URL) { self.root = root }

  func rasters(
    volcano: String, frame: String, pair: String
  ) throws -> (phase: [Float], coherence: [Float]?, grid: Grid) {
    let folder = root.appending(path: "licsar/\(frame)/interferograms/\(pair)")
    if FileManager.default.fileExists(atPath: folder.path) {
      let phase = try GeoTIFFReader(path: folder.appending(path: "\(pair).geo.diff_pha.tif").path)
      let coherence = try GeoTIFFReader(path: folder.appending(path: "\(pair).geo.cc.tif").path)
      guard coherence.grid == phase.grid else {
        throw RasterError(file: coherence.path, reason: .otherGrid("\(coherence.grid), the phase \(phase.grid)"))
      }
      var radians = [Float](repeating: 0, count: phase.grid.count)
      var coherences = radians
      try radians.withUnsafeMutableBufferPointer { try WrappedPhase.read(phase, into: $0) }
      try coherences.withUnsafeMutableBufferPointer { try CoherenceRaster.read(coherence, into: $0) }
      return (radians, coherences, phase.grid)
    }
    let path = root.appending(path: "archive/\(volcano)_\(frame).h5").path
    let stack = try open(path)
    guard let dates = DatePair(pair), let number = numbers[dates] else {
      throw DataSetError(file: path, problem: "has no interferogram \(pair), which truth.csv names")
    }
    let interferogram = try stack.interferogram(at: number)
    return (interferogram.phase, interferogram.coherence, interferogram.grid)
  }

  func mask(_ name: String, grid: Grid) throws -> [UInt8] {
    let raster = try GeoTIFFReader(path: root.appending(path: name).path)
    guard raster.grid == grid else {
      throw RasterError(file: raster.path, reason: .otherGrid("\(raster.grid), the phase \(grid)"))
    }
    var values = [Float](repeating: 0, count: grid.count)
    try values.withUnsafeMutableBufferPointer { try raster.read(into: $0) }
    return values.map { $0 == 0 ? 0 : 1 }
  }

  private func open(_ path: String) throws -> InterferogramStackReader {
    if let stack, stack.path == path { return stack }
    let opened = try InterferogramStackReader(path: path)
    numbers = Dictionary(uniqueKeysWithValues: opened.pairs.enumerated().map { ($1, $0) })
    stack = opened
    return opened
  }
}
