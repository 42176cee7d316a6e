import RasterIO

/// Labelled patches cut from LiCSAR's wrapped phase, in an HDF5 file with the datasets `patch` (n × side ×
/// side, −π…π as 0…255), `deformation`, `hard_negative`, `volcano`, `frame`, `primary_date` and
/// `secondary_date`.
///
/// No-data is 128 in most of these patches and 0 in some: connected areas of either gray become
/// ``LabelledPatches/noData``.
enum LicsarPatches {
  static func read(_ file: HDF5File, places: PlaceTable) throws -> LabelledPatches {
    var (side, gray) = try PatchSetFile.readGray(file)
    let area = side * side
    let count = gray.count / area
    for patch in 0..<count {
      let pixels = gray[(patch * area)..<((patch + 1) * area)]
      guard pixels.contains(0) else { continue }
      let isMissing = NoDataRegions.mask(of: pixels, side: side, values: [0])
      for pixel in 0..<area where isMissing[pixel] { gray[patch * area + pixel] = LabelledPatches.noData }
    }
    let volcanoes = try PatchSetFile.texts("volcano", count, in: file)
    let frames = try PatchSetFile.texts("frame", count, in: file)
    let primaries = try PatchSetFile.texts("primary_date", count, in: file)
    let secondaries = try PatchSetFile.texts("secondary_date", count, in: file)
    return try PatchSetFile.make(
      file, side: side, gray: gray, places: volcanoes.map { places.place(ofVolcano: $0) }, boxes: nil, sources: nil,
      origins: (0..<count).map { "\(volcanoes[$0])_\(frames[$0])_\(primaries[$0])_\(secondaries[$0])" })
  }
}
