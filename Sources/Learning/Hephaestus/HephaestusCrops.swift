import Foundation
import Interferometry
import Synthesis

/// Cuts the pictures of Hephaestus into patches by its rules (Bountos et al. 2022). A quiet picture is tiled
/// without overlap from its upper-left corner, whole tiles only. In a deforming one, a window is drawn at
/// random for each pattern so that the pattern is inside; other patterns may be inside too.
///
/// A pattern larger than a patch fills it. The published code draws windows from a smaller range, which is
/// empty near the picture's edges; here all windows that contain the pattern are equally likely.
public struct HephaestusCrops: Sendable {
  /// Folder of the data set, with `<frame>/interferograms/<pair>/<pair>.geo.diff.png` or `…/InSAR.png`.
  public let images: String
  /// Pixels across a patch.
  public var side = 224
  /// Seed of the window positions.
  public var seed: UInt64 = 1
  /// Whether to leave out interferograms that are corrupted or have processing errors or image artifacts. The
  /// published patches include them.
  public var leavesOutFaulty = false
  /// Groups of frames that show the same ground.
  public var places = HephaestusPlaces()

  public init(images: String) { self.images = images }

  /// Prefix of remarks on palettes.
  static let paletteRemark = "colours:"

  /// One line on the palettes of the pictures and their counts; `nil` for no pictures.
  public static func words(on palettes: [String: Int]) -> String? {
    guard !palettes.isEmpty else { return nil }
    let parts = palettes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) × \($0.key)" }
    return "\(paletteRemark) \(parts.joined(separator: ", "))"
  }

  /// Counts of the palettes of the first `pictures` existing pictures.
  ///
  /// - Throws: `RasterError` or ``DataSetError``.
  public func palettes(of annotations: [HephaestusAnnotation], pictures: Int) throws -> [String: Int] {
    var palettes: [String: Int] = [:]
    for path in annotations.lazy.compactMap(picture(of:)).prefix(pictures) {
      palettes[try PhasePicture(pngFile: path).palette?.name ?? "no phase", default: 0] += 1
    }
    return palettes
  }

  /// Path of the picture of an annotated interferogram; `nil` if neither file name exists.
  public func picture(of entry: HephaestusAnnotation) -> String? {
    let folder = "\(images)/\(entry.frame)/interferograms/\(entry.pair)"
    return ["\(entry.pair).geo.diff.png", "InSAR.png"].map { "\(folder)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Cuts all annotated interferograms whose pictures exist. Origins are the published names of the patches,
  /// such as `4645_3`.
  ///
  /// - Returns: the patches, the number of interferograms without a picture, and the number of pictures per
  ///   palette.
  /// - Throws: `RasterError` for a damaged picture; ``DataSetError`` for an unknown palette.
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

  /// First pixel of a random window along one side: the window contains the extent, or as much as possible of
  /// an extent that is longer than the window.
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
