import Interferometry
import RasterIO

/// The sizes and places of a frame's rasters. They may differ: each raster is cut by its own place.
struct FrameRasters {
  /// A raster's size and place.
  struct Form: Hashable {
    var grid: Grid
    var place: GeoTransform
  }

  /// A pair whose phase can be read, and where its raster lies.
  struct PlacedPair {
    var files: ProductFolder.PairFiles
    var form: Form
  }

  /// How far pixels may differ in size from the frame's usual ones, as a fraction: what rounding of steps makes is far
  /// less, another product's pixels far more.
  static let pixelSizeTolerance = 0.01

  /// What most of the folder's phase rasters have, which decides where new stacks lie; among equally many the earliest
  /// pair's. All headers count at every run, so that a file of other pixels stays rejected when it is the only new one.
  let form: Form
  /// The pairs whose files can be read and have pixels of the usual size.
  let pairs: [PlacedPair]
  /// The others.
  let rejected: [IngestReport.Rejection]

  /// Opens every phase raster's header.
  ///
  /// - Parameters:
  ///   - folder: the products.
  ///   - leftOut: files that are not opened, with the reason.
  ///   - hold: told of every file before it is opened.
  /// - Returns: what they have in common, `nil` if none can be read; and the rejections.
  static func look(
    at folder: ProductFolder, leftOut: [String: String] = [:], hold: (FileAtHand) -> Void = { _ in }
  ) -> (rasters: FrameRasters?, rejected: [IngestReport.Rejection]) {
    defer { hold(.nothing) }
    var placed: [PlacedPair] = []
    var rejected: [IngestReport.Rejection] = []
    for files in folder.pairs {
      // A pair whose coherence is left out is left out whole, as one whose coherence cannot be read is.
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
  /// Whether both have pixels of one size, but for rounding in the file.
  func hasPixels(of other: FrameRasters.Form) -> Bool {
    place.hasPixelSize(of: other.place, within: FrameRasters.pixelSizeTolerance)
  }

  /// What differs, for a message.
  func difference(from other: FrameRasters.Form) -> String {
    "its pixels are \(place.longitudeStep)° × \(-place.latitudeStep)°, those of the frame's other rasters "
      + "\(other.place.longitudeStep)° × \(-other.place.latitudeStep)°; ingest them as a frame of their own (--frame)"
  }

  /// Where it lies, for a message.
  var extent: String {
    let south = place.north + Double(grid.height) * place.latitudeStep
    let east = Longitude.normalized(place.west + Double(grid.width) * place.longitudeStep)
    return "\(place.west)° to \(east)° east and \(south)° to \(place.north)° north"
  }
}

extension IngestReport.Rejection {
  /// The reason of an error, without the file's name if the error repeats it.
  init(file: String, error: any Error) {
    let text = String(describing: error)
    self.init(file: file, reason: text.hasPrefix("\(file): ") ? String(text.dropFirst(file.count + 2)) : text)
  }
}
