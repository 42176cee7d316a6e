import Foundation
import Interferometry
import Synthesis

/// Cuts the pictures of Hephaestus into patches by its rules: a quiet one is tiled without overlap from its upper-left
/// corner, whole tiles only; in one that deforms a window is drawn at random for each pattern so that the pattern is
/// inside, whatever else is inside with it.
///
/// A pattern larger than a patch fills it. The published code draws windows from a smaller range, which is empty near a
/// picture's edges; here every window that holds the pattern is as likely.
public struct HephaestusCrops: Sendable {
  /// The data set's folder: `<frame>/interferograms/<pair>/<pair>.geo.diff.png` or `…/InSAR.png`.
  public let images: String
  public var side = 224
  public var seed: UInt64 = 1
  /// Whether corrupted interferograms, and those with errors of processing or of the image, are left out. The published
  /// patches hold them.
  public var leavesOutFaulty = false
  /// Which frames show the same ground.
  public var places = HephaestusPlaces()

  public init(images: String) { self.images = images }

  /// How remarks on the palettes begin.
  static let paletteRemark = "colours:"

  /// Which palettes pictures are drawn with, in one line; `nil` for no pictures.
  public static func words(on palettes: [String: Int]) -> String? {
    guard !palettes.isEmpty else { return nil }
    let parts = palettes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) × \($0.key)" }
    return "\(paletteRemark) \(parts.joined(separator: ", "))"
  }

  /// The palettes of the first pictures that are there, up to so many.
  ///
  /// - Throws: `RasterError` or ``DataSetError``.
  public func palettes(of annotations: [HephaestusAnnotation], pictures: Int) throws -> [String: Int] {
    var palettes: [String: Int] = [:]
    for path in annotations.lazy.compactMap(picture(of:)).prefix(pictures) {
      palettes[try PhasePicture(pngFile: path).palette?.name ?? "no phase", default: 0] += 1
    }
    return palettes
  }

  /// The picture of an annotated interferogram; `nil` where neither name is there.
  public func picture(of entry: HephaestusAnnotation) -> String? {
    let folder = "\(images)/\(entry.frame)/interferograms/\(entry.pair)"
    return ["\(entry.pair).geo.diff.png", "InSAR.png"].map { "\(folder)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Cuts all annotated interferograms whose pictures are there. Origins are the patches' published names, such as
  /// `4645_3`.
  ///
  /// - Returns: the patches, how many interferograms have no picture, and how many pictures are drawn with each palette.
  /// - Throws: `RasterError` for a damaged picture; ``DataSetError`` for one of an unknown palette.
  public func read(
    _ annotations: [HephaestusAnnotation]
  ) throws -> (patches: LabelledPatches, missing: Int, palettes: [String: Int]) {
    var builder = PatchSetBuilder(side: side)
    var missing = 0
    var palettes: [String: Int] = [:]
    for entry in annotations {
      let annotation = entry.annotation
      let isFaulty = annotation.isCorrupted || annotation.processingError != 0 || annotation.hasImageArtifacts
      if leavesOutFaulty && isFaulty { continue }
      guard let path = picture(of: entry) else {
        missing += 1
        continue
      }
      let picture = try PhasePicture(pngFile: path)
      palettes[picture.palette?.name ?? "no phase", default: 0] += 1
      if annotation.deforms {
        addPatterns(of: entry, in: picture, to: &builder)
      } else {
        addTiles(of: entry, in: picture, to: &builder)
      }
    }
    return (try builder.patches(), missing, palettes)
  }

  private func addTiles(
    of entry: HephaestusAnnotation, in picture: PhasePicture, to builder: inout PatchSetBuilder
  ) {
    let (rows, columns) = (picture.grid.height / side, picture.grid.width / side)
    for tile in 0..<(rows * columns) {
      builder.add(
        window(of: picture.gray, picture.grid, row: tile / columns * side, column: tile % columns * side),
        deforms: false, isHardNegative: entry.annotation.hasMisleadingFringes,
        place: places.place(ofFrame: entry.frame), origin: "\(entry.uniqueID)_\(tile)")
    }
  }

  private func addPatterns(
    of entry: HephaestusAnnotation, in picture: PhasePicture, to builder: inout PatchSetBuilder
  ) {
    let annotation = entry.annotation
    guard picture.grid.height >= side, picture.grid.width >= side else { return }
    for (index, polygon) in annotation.polygons.enumerated() {
      var mask = [UInt8](repeating: 0, count: picture.grid.count)
      PolygonMask.fill(polygon, with: 1, into: &mask, grid: picture.grid)
      guard let extent = Self.extent(of: mask, picture.grid) else { continue }
      var stream = RandomStream(seed: seed, path: UInt64(bitPattern: Int64(entry.uniqueID)), UInt64(index))
      let row = start(holding: extent.rows, length: picture.grid.height, from: &stream)
      let column = start(holding: extent.columns, length: picture.grid.width, from: &stream)
      let isOne = !annotation.isCrowd
      builder.add(
        window(of: picture.gray, picture.grid, row: row, column: column), deforms: true,
        place: places.place(ofFrame: entry.frame),
        box: PatchBox(around: window(of: mask, picture.grid, row: row, column: column), side: side),
        source: annotation.activityTypes.indices.contains(index)
          ? annotation.activityTypes[index].rawValue.lowercased() : "",
        origin: isOne ? "\(entry.uniqueID)" : "\(entry.uniqueID)_\(index)")
      if isOne { return }
    }
  }

  /// Where along one side a window begins that holds all of an extent, or of an extent longer than the window as much as
  /// it can.
  func start(holding extent: ClosedRange<Int>, length: Int, from stream: inout RandomStream) -> Int {
    let (earliest, latest) =
      extent.count <= side
      ? (extent.upperBound - side + 1, extent.lowerBound) : (extent.lowerBound, extent.upperBound - side + 1)
    let low = min(max(0, earliest), length - side)
    let high = min(max(low, latest), length - side)
    return Int.random(in: low...high, using: &stream)
  }

  private func window(of raster: [UInt8], _ grid: Grid, row: Int, column: Int) -> [UInt8] {
    (row..<(row + side)).flatMap { raster[($0 * grid.width + column)..<($0 * grid.width + column + side)] }
  }

  private static func extent(of mask: [UInt8], _ grid: Grid) -> (rows: ClosedRange<Int>, columns: ClosedRange<Int>)?
  {
    var (top, bottom, left, right) = (grid.height, -1, grid.width, -1)
    for row in 0..<grid.height {
      for column in 0..<grid.width where mask[row * grid.width + column] != 0 {
        (top, bottom, left, right) = (min(top, row), row, min(left, column), max(right, column))
      }
    }
    return bottom < 0 ? nil : (top...bottom, left...right)
  }
}
