import Foundation
import Interferometry

extension SyntheticVolcano {
  /// The volcanoes of an archive.
  public static func all(of recipe: ArchiveRecipe) -> [SyntheticVolcano] {
    var stream = RandomStream(seed: recipe.seed, path: 0)
    let cells = Array((0..<cellCount).shuffled(using: &stream).prefix(recipe.volcanoes))
    let deforming = Set((0..<recipe.volcanoes).shuffled(using: &stream).prefix(recipe.deforming))
    return cells.indices.map { index in
      SyntheticVolcano(index: index, cell: cells[index], deforms: deforming.contains(index), recipe: recipe)
    }
  }

  // Volcanoes lie in cells of 2°, so that no frame contains another volcano, and away from the poles, where
  // pixels of equal degrees are no longer nearly square.
  private static let cellDegrees = 2.0
  private static let cellColumns = 170
  private static let cellRows = 41
  private static var cellCount: Int { cellColumns * cellRows }

  private init(index: Int, cell: Int, deforms: Bool, recipe: ArchiveRecipe) {
    self.index = index
    seed = recipe.seed
    var stream = Self.stream(.synthesis, ofVolcano: index, seed: seed)
    let latitude = Self.rounded(
      -40 + Self.cellDegrees * (Double(cell / Self.cellColumns) + stream.uniform(-0.1...0.1)), to: 10_000)
    let longitude = Self.rounded(
      -168 + Self.cellDegrees * (Double(cell % Self.cellColumns) + stream.uniform(-0.1...0.1)), to: 10_000)
    volcano = Volcano(
      number: 900_001 + index, name: SyntheticName.at(index), latitudeDegrees: latitude,
      longitudeDegrees: longitude)
    setting = TerrainSetting.allCases[index % TerrainSetting.allCases.count]
    let middle = Double(recipe.size) / 2
    grid = Grid(height: recipe.size, width: recipe.size)
    // The volcano is slightly off-centre, and pixel edges are not at round coordinates, as in real products.
    geoTransform = GeoTransform(
      west: Self.rounded(longitude - (middle + stream.uniform(-12...12)) * Self.pixelDegrees, to: 1e6),
      north: Self.rounded(latitude + (middle + stream.uniform(-12...12)) * Self.pixelDegrees, to: 1e6),
      longitudeStep: Self.pixelDegrees, latitudeStep: -Self.pixelDegrees)
    let ascending = stream.uniform() < 0.5
    frame = Self.frame(index: index, latitude: latitude, ascending: ascending)
    headingDegrees = (ascending ? -12 : -168) + stream.uniform(-2...2)
    incidenceDegrees = stream.uniform(34...43)
    swathEdge =
      index % 4 == 2
      ? SwathEdge(
        headingDegrees: headingDegrees,
        distanceKilometres: stream.uniform(19...24) * (stream.uniform() < 0.5 ? 1 : -1)) : nil
    let firstDay = Self.firstDay + Int(stream.uniform(0...11.99))
    dates = (0..<recipe.acquisitions).compactMap {
      AcquisitionDate(daysSince1970: firstDay + $0 * ArchiveRecipe.revisitDays)
    }
    let master = recipe.acquisitions / 2
    perpendicularBaselinesMetres = (0..<recipe.acquisitions).map { acquisition in
      let metres = Int((60 * stream.normal()).rounded())
      return acquisition == master ? 0 : metres
    }
    variety = recipe.variety
    let sight = LineOfSight(incidenceDegrees: incidenceDegrees, headingDegrees: headingDegrees)
    guard deforms, let first = dates.first, let last = dates.last else {
      deformation = nil
      return
    }
    guard recipe.variety.sources != [.mogi] || recipe.variety.transientFraction > 0 else {
      deformation = .steadySphere(below: volcano, seenAlong: sight, from: &stream)
      return
    }
    var sourceStream = Self.stream(.source, ofVolcano: index, seed: seed)
    let isTransient = sourceStream.uniform() < recipe.variety.transientFraction
    deformation = .varied(
      recipe.variety.sources[index % recipe.variety.sources.count], isTransient: isTransient, below: volcano,
      seenAlong: sight, between: first, and: last, from: &sourceStream)
  }

  /// 3 January 2022, in days since 1970.
  private static let firstDay = 18_995

  private static func rounded(_ value: Double, to parts: Double) -> Double { (value * parts).rounded() / parts }

  private static func frame(index: Int, latitude: Double, ascending: Bool) -> FrameID {
    let track = digits(1 + index % 175, 3)
    let colatitude = digits(Int(((90 - latitude) * 100).rounded()), 5)
    let bursts = digits(100_000 + index, 6)
    guard let frame = FrameID("\(track)\(ascending ? "A" : "D")_\(colatitude)_\(bursts)") else {
      preconditionFailure("an invented frame name has the form of one")
    }
    return frame
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
