import Foundation
import Imaging
import Interferometry
import Ledger
import RasterIO

/// Labelled patches from the reviews of a run; only the latest review of each interferogram counts.
///
/// In a deforming interferogram, polygons decide which patches show deformation. Without polygons, only
/// patches whose middle half contains the peak of the probability map are taken. In a quiet interferogram all
/// patches that pass the gate are quiet; if it was a candidate, those that contain the peak are hard
/// negatives. Interferograms that are corrupted or without information are left out. Origins name the
/// reviewer, the time and the interferogram.
public struct ReviewedPatches: Sendable {
  /// Pixels across a patch.
  public var side = 224
  /// Pixels from one patch to the next.
  public var stride = 112
  /// The gate; patches that it rejects are left out. `nil` takes all patches.
  public var gate: GateRule? = MethodProfile.jgr2018.gate
  /// An interferogram is a candidate if its maximum probability is above this, 0…1.
  public var candidateThreshold: Float = 0.5
  /// Groups of neighbouring volcanoes.
  public var places = PlaceTable()

  /// Prefix of the patches' origins; the reviewer, the time and the interferogram follow.
  static let originPrefix = "review by "

  public init() {}

  /// Cuts the patches of all reviewed interferograms.
  ///
  /// - Parameters:
  ///   - ledger: The run's ledger.
  ///   - archive: Folder of the stacks that were swept.
  /// - Throws: `LedgerError`, `StackError`, or ``DataSetError`` for an interferogram that the archive does
  ///   not have.
  /// - Returns: the patches, interferogram by interferogram.
  public func read(_ ledger: Ledger, archive: String) throws -> LabelledPatches {
    var builder = PatchSetBuilder(side: side)
    var stack: (path: String, reader: InterferogramStackReader)?
    var cutter: PatchCutter?
    var results: (volcano: String, byID: [InterferogramID: DetectionResult]) = ("", [:])
    // The file name of a stack need not consist of its volcano and frame.
    let files = Dictionary(
      try ledger.stacks().values.map { ("\($0.volcano)/\($0.frame)", $0.file) },
      uniquingKeysWith: { first, _ in first })
    for review in try ledger.latestReviews() {
      let annotation = review.annotation
      guard !annotation.isCorrupted, !annotation.hasNoInformation, !annotation.labels.isEmpty else { continue }
      let id = review.interferogram
      if results.volcano != id.volcano { results = (id.volcano, try Self.results(of: id.volcano, in: ledger)) }
      let path = URL(filePath: archive).appending(
        path: files["\(id.volcano)/\(id.frame)"] ?? "\(id.volcano)_\(id.frame).h5"
      ).path
      if stack?.path != path { stack = (path, try InterferogramStackReader(path: path)) }
      guard let reader = stack?.reader, let number = reader.pairs.firstIndex(of: id.pair) else {
        throw DataSetError(file: path, problem: "has no interferogram \(id.pair), which was reviewed")
      }
      let pixels = try reader.interferogram(at: number)
      if cutter?.patches.grid != pixels.grid {
        cutter = PatchCutter(grid: pixels.grid, side: side, stride: stride, gate: gate)
      }
      guard let cutter else {
        throw DataSetError(file: path, problem: "has rasters of \(pixels.grid), smaller than a patch of \(side)")
      }
      add(review, pixels, results.byID[id], cutter, to: &builder)
    }
    return try builder.patches()
  }

  private func add(
    _ review: Review, _ pixels: Interferogram, _ result: DetectionResult?, _ cutter: PatchCutter,
    to builder: inout PatchSetBuilder
  ) {
    let annotation = review.annotation
    let origin = "\(Self.originPrefix)\(review.reviewer) \(Timestamp.text(review.time)) \(review.interferogram)"
    let place = places.place(ofVolcano: review.interferogram.volcano)
    var mask = [UInt8](repeating: 0, count: annotation.polygons.isEmpty ? 0 : pixels.grid.count)
    for polygon in annotation.polygons { PolygonMask.fill(polygon, with: 1, into: &mask, grid: pixels.grid) }
    let total = mask.count { $0 != 0 }
    let source = annotation.activityTypes.first?.rawValue.lowercased() ?? ""
    _ = cutter.forEachPatch(phase: pixels.phase, coherence: pixels.coherence) { patch in
      let (row, column) = cutter.patches.origin(of: patch)
      guard annotation.deforms else {
        let isCandidate = (result?.maximumProbability ?? 0) > candidateThreshold
        let holdsPeak = result.map {
          (row..<(row + side)).contains($0.row) && (column..<(column + side)).contains($0.column)
        }
        builder.add(
          cutter.gray(of: patch), deforms: false, isHardNegative: isCandidate && holdsPeak == true, place: place,
          origin: origin)
        return
      }
      guard total > 0 else {
        guard let result else { return }
        guard middle(row, pixels.grid.height).contains(result.row - row),
          middle(column, pixels.grid.width).contains(result.column - column)
        else { return }
        builder.add(cutter.gray(of: patch), deforms: true, place: place, source: source, origin: origin)
        return
      }
      let window = cutter.window(of: mask, patch)
      switch MaskLabel(inside: window.count { $0 != 0 }, of: total, area: side * side) {
      case .leftOut: return
      case let label:
        builder.add(
          cutter.gray(of: patch), deforms: label == .deforms, place: place,
          box: PatchBox(around: window, side: side),
          source: source, origin: origin)
      }
    }
  }

  /// The middle half of a patch's side, extended to the raster's edge for a patch at the edge: pixels there
  /// are in no other patch's middle.
  private func middle(_ start: Int, _ length: Int) -> Range<Int> {
    (start == 0 ? 0 : side / 4)..<(start + side >= length ? side : side - side / 4)
  }

  private static func results(of volcano: String, in ledger: Ledger) throws -> [InterferogramID: DetectionResult] {
    var results: [InterferogramID: DetectionResult] = [:]
    for interferogram in try ledger.interferograms(ofVolcano: volcano) {
      if case .scored(let result) = interferogram.outcome { results[interferogram.id] = result }
    }
    return results
  }
}
