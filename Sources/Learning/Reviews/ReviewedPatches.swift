import Foundation
import Imaging
import Interferometry
import Ledger
import RasterIO

/// Labelled patches of what people said of a run's interferograms: the last word on each.
///
/// Where it deforms, polygons say which patches show it; without polygons the patches in whose middle half the sweep's
/// highest probability lies do, and the others are left out. Where it does not, all patches that pass the gate are quiet,
/// and those of a candidate that hold its highest probability are hard negatives. Interferograms that are corrupted or
/// without information are left out. Origins name the reviewer, the time and the interferogram.
public struct ReviewedPatches: Sendable {
  public var side = 224
  public var stride = 112
  /// Patches that it holds back are left out; `nil` takes all.
  public var gate: GateRule? = MethodProfile.jgr2018.gate
  /// From this highest probability on the sweep took an interferogram for a candidate.
  public var candidateThreshold: Float = 0.5
  /// Tells the places of volcanoes.
  public var places = PlaceTable()

  /// What the origins of its patches begin with; the reviewer, the time and the interferogram follow.
  static let originPrefix = "review by "

  public init() {}

  /// - Parameters:
  ///   - ledger: The run's.
  ///   - archive: The folder of the stacks that were swept.
  /// - Throws: `LedgerError`, `StackError`, or ``DataSetError`` for an interferogram that the archive does not have.
  /// - Returns: the patches, interferogram by interferogram.
  public func read(_ ledger: Ledger, archive: String) throws -> LabelledPatches {
    var builder = PatchSetBuilder(side: side)
    var stack: (path: String, reader: InterferogramStackReader)?
    var cutter: PatchCutter?
    var results: (volcano: String, byID: [InterferogramID: DetectionResult]) = ("", [:])
    // A stack may have another name than its volcano's and frame's.
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

  /// The middle half of a patch's side, up to the raster's edge where the patch lies at it: what lies there is in no other
  /// patch's middle.
  private func middle(_ start: Int, _ length: Int) -> Range<Int> {
    (start == 0 ? 0 : side / 4)..<(start + side >= length ? side : side - side / 4)
  }

  private static func results(of volcano: String, in ledger: Ledger) throws -> [InterferogramID: DetectionResult] {
    var results: [InterferogramID: DetectionResult] = [:]
    for judged in try ledger.interferograms(ofVolcano: volcano) {
      if case .scored(let result) = judged.outcome { results[judged.id] = result }
    }
    return results
  }
}
