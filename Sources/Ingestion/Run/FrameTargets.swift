import Interferometry
import RasterIO

/// The volcanoes for which a folder's rasters are cut, and their positions.
struct FrameTargets {
  /// A volcano to be cut, before its stack is opened.
  struct Candidate {
    var entry: VolcanoCatalogue.Entry
    /// Latitude of the centre; the longitude is within the raster's range.
    var latitudeDegrees: Double
    var longitudeDegrees: Double
  }

  var candidates: [Candidate] = []
  var skipped: [IngestReport.SkippedVolcano] = []
  var notes: [String] = []

  /// - Parameters:
  ///   - folder: The products.
  ///   - form: Size and position of the rasters.
  ///   - frame: Name of the frame.
  ///   - catalogue: The volcanoes.
  ///   - wanted: Keys of the requested volcanoes; `nil` for all.
  init(
    folder: ProductFolder, form: FrameRasters.Form, frame: String, catalogue: VolcanoCatalogue, wanted: Set<String>?
  ) {
    if let name = folder.portalVolcano {
      choosePortalVolcano(name, folder: folder, form: form, catalogue: catalogue, wanted: wanted)
      return
    }
    for entry in catalogue.entries where wanted?.contains(entry.key) ?? true {
      let volcano = entry.volcano
      if let candidate = Self.candidate(entry, in: form) {
        candidates.append(candidate)
      } else if wanted != nil || Self.isNear(volcano, form) {
        skipped.append(
          IngestReport.SkippedVolcano(
            volcano: volcano.name, frame: frame, reason: "its centre is outside the frame's raster"))
      }
    }
  }

  /// A portal crop is cut around one volcano: the one that its name matches and its raster contains, or else,
  /// with a note, a volcano of that name at the raster's centre. Neighbours are left to their own crops.
  private mutating func choosePortalVolcano(
    _ name: String, folder: ProductFolder, form: FrameRasters.Form, catalogue: VolcanoCatalogue,
    wanted: Set<String>?
  ) {
    let matches = catalogue.entries(named: name)
    let inside = matches.compactMap { Self.candidate($0, in: form) }
    let centre = (
      latitude: form.place.north + Double(form.grid.height) / 2 * form.place.latitudeStep,
      longitude: form.place.middleLongitude(of: form.grid)
    )
    func distance(_ candidate: Candidate) -> Double {
      abs(candidate.latitudeDegrees - centre.latitude) + abs(candidate.longitudeDegrees - centre.longitude)
    }
    if let best = inside.min(by: { distance($0) < distance($1) }) {
      if wanted?.contains(best.entry.key) ?? true { candidates = [best] }
      return
    }
    let volcano = Volcano(
      number: nil, name: name.replacing("_", with: " "), latitudeDegrees: centre.latitude,
      longitudeDegrees: Longitude.normalized(centre.longitude))
    guard !volcano.key.isEmpty, wanted?.contains(volcano.key) ?? true else { return }
    notes.append(
      "\(folder.path): “\(name)” is "
        + (matches.isEmpty ? "not in the catalogue" : "elsewhere in the catalogue")
        + "; the centre of its raster is used as the volcano's position")
    candidates = [
      Candidate(
        entry: VolcanoCatalogue.Entry(volcano: volcano, key: volcano.key, line: 0),
        latitudeDegrees: centre.latitude,
        longitudeDegrees: centre.longitude)
    ]
  }

  private static func candidate(_ entry: VolcanoCatalogue.Entry, in form: FrameRasters.Form) -> Candidate? {
    let volcano = entry.volcano
    guard (0..<form.grid.height).contains(form.place.row(atLatitude: volcano.latitudeDegrees)),
      let longitude = Crop.longitude(volcano.longitudeDegrees, in: form.grid, at: form.place)
    else { return nil }
    return Candidate(entry: entry, latitudeDegrees: volcano.latitudeDegrees, longitudeDegrees: longitude)
  }

  /// Whether the square around a volcano would touch the raster.
  private static func isNear(_ volcano: Volcano, _ form: FrameRasters.Form) -> Bool {
    let margin = Crop.halfSideDegrees
    let south = form.place.north + Double(form.grid.height) * form.place.latitudeStep
    let fromMiddle = Longitude.distance(volcano.longitudeDegrees, form.place.middleLongitude(of: form.grid))
    return volcano.latitudeDegrees > south - margin && volcano.latitudeDegrees < form.place.north + margin
      && fromMiddle < Double(form.grid.width) / 2 * form.place.longitudeStep + margin
  }
}
