import Interferometry
import RasterIO

/// Sizes and positions of a frame's rasters. They may differ: each raster is cut by its own position.
struct FrameRasters {
  /// Size and position of a raster.
  struct Form: Hashable {
    var grid: Grid
    var place: GeoTransform
  }

  /// A pair whose phase can be read, and the size and position of its raster.
  struct PlacedPair {
    var files: ProductFolder.PairFiles
    var form: Form
  }

  /// Largest relative difference in pixel size from the most common one in the frame. Rounding errors are far
  /// smaller, differences between products far larger.
  static let pixelSizeTolerance = 0.01

  /// The most common size and position among the folder's phase rasters, which determines the position of new
  /// stacks; of equally common ones, that of the earliest pair. All headers are read in every run, so that a
  /// file with other pixels is rejected even if it is the only new one.
  let form: Form
  /// Pairs whose files can be read and have the most common pixel size.
  let pairs: [PlacedPair]
  /// All other pairs, with reasons.
  let rejected: [IngestReport.Rejection]

  /// Opens the header of every phase raster.
  ///
  /// - Parameters:
  ///   - folder: The products.
  ///   - leftOut: Files that must not be opened, with the reason.
  ///   - hold: Called before each file is opened.
  /// - Returns: the most common form and the usable pairs, `nil` if none can be read; and the rejections.
  static func look(
    at folder: ProductFolder, leftOut: [String: String] = [:], hold: (FileInProgress) -> Void = { _ in }
  ) -> (rasters: FrameRasters?, rejected: [IngestReport.Rejection]) {
    defer { hold(.nothing) }
    var placed: [PlacedPair] = []
    var rejected: [IngestReport.Rejection] = []
    for files in folder.pairs {
      // A pair is rejected as a whole if its coherence is left out, as when its coherence cannot be read.
      if let file = [files.phase, files.coherence].lazy.compactMap({ $0 }).first(where: { leftOut[$0] != nil }) {
        rejected.append(IngestReport.Rejection(file: file, reason: leftOut[file] ?? ""))
        continue
      }
      let links = [files.phase, files.coherence].compactMap { $0 }
      if let (file, reason) = links.lazy.compactMap({ path in DanglingLink.reason(of: path).map { (path, $0) } })
        .first
      {
        rejected.append(IngestReport.Rejection(file: file, reason: reason))
        continue
      }
      hold(.reading(files.phase))
      do {
        let reader = try GeoTIFFReader(path: files.phase)
        placed.append(PlacedPair(files: files, form: Form(grid: reader.grid, place: reader.geoTransform)))
      } catch {
        rejected.append(IngestReport.Rejection(file: files.phase, error: error))
      }
    }
    let counts = Dictionary(grouping: placed, by: \.form).mapValues(\.count)
    let most = counts.values.max()
    guard let form = placed.first(where: { counts[$0.form] == most })?.form else { return (nil, rejected) }
    for pair in placed where !pair.form.hasPixels(of: form) {
      rejected.append(
        IngestReport.Rejection(
          file: pair.files.phase,
          error: RasterError(file: pair.files.phase, reason: .otherGrid(pair.form.difference(from: form)))))
    }
    return (
      FrameRasters(
        form: form, pairs: placed.filter { $0.form.hasPixels(of: form) },
        rejected: rejected.sorted { $0.file < $1.file }), rejected
    )
  }
}

extension FrameRasters.Form {
  /// Whether both have the same pixel size, up to rounding.
  func hasPixels(of other: FrameRasters.Form) -> Bool {
    place.hasPixelSize(of: other.place, within: FrameRasters.pixelSizeTolerance)
  }

  /// Description of the difference, for a message.
  func difference(from other: FrameRasters.Form) -> String {
    "its pixels are \(place.longitudeStep)° × \(-place.latitudeStep)°, those of the frame's other rasters "
      + "\(other.place.longitudeStep)° × \(-other.place.latitudeStep)°; ingest them as a frame of their own (--frame)"
  }

  /// Description of the position, for a message.
  var extent: String {
    let south = place.north + Double(grid.height) * place.latitudeStep
    let east = Longitude.normalized(place.west + Double(grid.width) * place.longitudeStep)
    return "\(place.west)° to \(east)° east and \(south)° to \(place.north)° north"
  }
}

extension IngestReport.Rejection {
  /// A rejection with the reason of an error, without the file name that the error may repeat.
  init(file: String, error: any Error) {
    let text = String(describing: error)
    self.init(file: file, reason: text.hasPrefix("\(file): ") ? String(text.dropFirst(file.count + 2)) : text)
  }
}
