import Interferometry
import RasterIO

/// The size and place that the rasters of a frame have in common.
struct FrameRasters {
  /// A raster's size and place.
  struct Form: Hashable {
    var grid: Grid
    var place: GeoTransform
  }

  /// What most of the folder's phase rasters have; among equally many the earliest pair's. All headers count at every
  /// run, so that a file of another size stays rejected when it is the only new one.
  let form: Form
  /// The pairs whose files can be read and fit.
  let pairs: [ProductFolder.PairFiles]
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
    var forms: [(files: ProductFolder.PairFiles, form: Form)] = []
    var rejected: [IngestReport.Rejection] = []
    for files in folder.pairs {
      // A pair whose coherence is left out is left out whole, as one whose coherence cannot be read is.
      if let file = [files.phase, files.coherence].lazy.compactMap({ $0 }).first(where: { leftOut[$0] != nil }) {
        rejected.append(IngestReport.Rejection(file: file, reason: leftOut[file] ?? ""))
        continue
      }
      hold(.reading(files.phase))
      do {
        let reader = try GeoTIFFReader(path: files.phase)
        forms.append((files, Form(grid: reader.grid, place: reader.geoTransform)))
      } catch {
        rejected.append(IngestReport.Rejection(file: files.phase, error: error))
      }
    }
    let counts = Dictionary(grouping: forms, by: \.form).mapValues(\.count)
    let most = counts.values.max()
    guard let form = forms.first(where: { counts[$0.form] == most })?.form else { return (nil, rejected) }
    for (files, other) in forms where !other.fits(form) {
      rejected.append(
        IngestReport.Rejection(
          file: files.phase,
          error: RasterError(file: files.phase, reason: .otherGrid(other.difference(from: form)))))
    }
    return (
      FrameRasters(
        form: form, pairs: forms.filter { $0.form.fits(form) }.map(\.files),
        rejected: rejected.sorted { $0.file < $1.file }), rejected
    )
  }
}

extension FrameRasters.Form {
  /// Whether both have the same pixels, but for rounding in the file.
  func fits(_ other: FrameRasters.Form) -> Bool {
    grid == other.grid && place.hasSamePixelSize(as: other.place, over: max(grid.height, grid.width))
      && abs(place.west - other.place.west) < 0.01 * other.place.longitudeStep
      && abs(place.north - other.place.north) < -0.01 * other.place.latitudeStep
  }

  /// What differs, for a message.
  func difference(from other: FrameRasters.Form) -> String {
    if grid != other.grid { return "it has \(grid) pixels, the frame's other rasters \(other.grid)" }
    return
      "its corner is \(place.west), \(place.north) with steps \(place.longitudeStep), \(place.latitudeStep), the "
      + "frame's other rasters' \(other.place.west), \(other.place.north) with \(other.place.longitudeStep), "
      + "\(other.place.latitudeStep)"
  }
}

extension IngestReport.Rejection {
  /// The reason of an error, without the file's name if the error repeats it.
  init(file: String, error: any Error) {
    let text = String(describing: error)
    self.init(file: file, reason: text.hasPrefix("\(file): ") ? String(text.dropFirst(file.count + 2)) : text)
  }
}
