import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Learning

@Suite struct VolcNetTests {
  static let text = """
    [persistent_deformation_00]
    def_episode_start = 20200101
    def_episode_stop = 20210101
    source = sill
    def_rate = 0.3
    def_polygon = [(10.0, 1.0), (10.2, 1.0), (10.2, 0.8), (10.0, 0.8), (10.0, 1.0)]

    [transient_deformation_00]
    def_episode_start = 20200601
    def_episode_stop = 20200613
    source = dyke
    def_magnitude = -0.2
    def_polygon = [(10.1, 0.9), (10.3, 0.9), (10.3, 0.7), (10.1, 0.7), (10.1, 0.9)]
    """

  private func label(_ pair: String) throws -> PairLabel {
    PairLabel(of: try #require(DatePair(pair)), in: try EpisodeFile.parse(Self.text, file: "here.txt"))
  }

  @Test func persistentEpisodesGoByTheirDaysAndTransientOnesCountWhole() throws {
    let before = try label("20191201_20191231")
    #expect(before.metres == 0 && before.sources.isEmpty && before.outlines.isEmpty && !before.deforms)
    let steady = try label("20191222_20200101")
    #expect(steady.metres == 0)
    let quarter = try label("20200201_20200501")
    #expect(abs(quarter.metres - 90 / 365.25 * 0.3) < 1e-12 && quarter.sources == ["sill"] && quarter.deforms)
    let both = try label("20200607_20200619")
    #expect(abs(both.metres - (12 / 365.25 * 0.3 - 0.2)) < 1e-12 && both.sources == ["sill", "dyke"])
    let backward = try label("20200619_20200607")
    #expect(backward.metres == -both.metres && backward.sources == both.sources)
    let little = try label("20200201_20200213")
    #expect(little.metres > 0 && little.metres < 0.05 && !little.deforms && little.sources == ["sill"])
  }

  @Test func theAreaIsTheUnionOfAllThatContributed() throws {
    let both = try label("20200607_20200619")
    #expect(both.outlines.count == 1)
    #expect(abs(Self.area(both.outlines) - 0.07) < 1e-9)
    let grid = Grid(height: 60, width: 60)
    let transform = GeoTransform(west: 9.9, north: 1.1, longitudeStep: 0.01, latitudeStep: -0.01)
    let mask = both.mask(on: grid, transform)
    #expect(mask[15 * 60 + 15] == 1 && mask[35 * 60 + 35] == 1 && mask[35 * 60 + 15] == 0 && mask[0] == 0)
  }

  /// Union takes time by the number of crossings: a file of a megabyte could take an hour.
  @Test func polygonsOfVeryManyCornersAreKeptAsTheyAre() {
    func circle(_ longitude: Double, corners: Int) -> [GroundPoint] {
      (0..<corners).map { corner in
        let angle = Double(corner) / Double(corners) * 2 * .pi
        return GroundPoint(longitudeDegrees: longitude + 0.1 * cos(angle), latitudeDegrees: 0.1 * sin(angle))
      }
    }
    #expect(PolygonUnion.outlines(of: [circle(10, corners: 400), circle(10.1, corners: 400)]).count == 1)
    let many = [circle(10, corners: 600), circle(10.1, corners: 600)]
    #expect(PolygonUnion.outlines(of: many).map { Array($0.dropLast()) } == many)
  }

  static func area(_ outlines: [[GroundPoint]]) -> Double {
    outlines.reduce(0) { sum, ring in
      let twice = zip(ring, ring.dropFirst()).reduce(0.0) {
        $0 + $1.0.longitudeDegrees * $1.1.latitudeDegrees - $1.1.longitudeDegrees * $1.0.latitudeDegrees
      }
      return sum + abs(twice) / 2
    }
  }

  @Test(arguments: [
    ("[other_00]\n", "line 1"), ("def_rate = 1\n", "line 1"),
    ("[persistent_deformation_00]\ndef_episode_start = 2020\n", "def_episode_start"),
    (Self.text.replacing("def_rate = 0.3", with: "def_rate = fast"), "def_rate"),
    (Self.text.replacing("def_episode_stop = 20210101", with: "def_episode_stop = 20190101"), "def_episode_stop"),
    (Self.text.replacing("(10.2, 0.8)", with: "(10.2)"), "def_polygon"),
  ])
  func aDamagedTextNamesItsPlace(_ text: String, names: String) throws {
    let error = #expect(throws: DataSetError.self) { try EpisodeFile.parse(text, file: "here.txt") }
    #expect(error?.problem.contains(names) == true)
  }

  @Test func picklesAreNeverOpened() throws {
    try withFolder { folder in
      let path = folder.appending(path: "series.pkl").path
      try Data(Self.text.utf8).write(to: URL(filePath: path))
      #expect(throws: DataSetError.self) { try EpisodeFile.read(path) }
      #expect(throws: StackError.self) { try DisplacementSeries(path: path) }
    }
  }

  private struct Series: Decodable {
    struct Pair: Decodable {
      var pair: String
      var metres, unionArea: Double
      var sources: [String]
      var parts: Int
      var deforms: Bool
    }
    var episodes: Int
    var pairs: [Pair]
  }

  @Test func labelsOfTheRealSeriesAreThoseOfAnIndependentScript() throws {
    guard let folder = RealData.path("volcnet") else { return }
    let expected: [String: Series] = try Expected.read("volcnet.json")
    #expect(expected.count == 15)
    for (name, series) in expected {
      let episodes = try EpisodeFile.read("\(folder)/\(name)")
      #expect(episodes.count == series.episodes)
      for one in series.pairs {
        let label = PairLabel(of: try #require(DatePair(one.pair)), in: episodes)
        #expect(abs(label.metres - one.metres) < 1e-12)
        #expect(label.sources == one.sources && label.deforms == one.deforms && label.outlines.count == one.parts)
        #expect(abs(Self.area(label.outlines) - one.unionArea) < 1e-12)
      }
    }
  }

  /// Three dates over 70 × 80 pixels; the middle ones rise 2 cm a date.
  private func write(_ path: String, mintPy: Bool) throws {
    let file = try HDF5File.create(path)
    var values = [Float](repeating: 0, count: 3 * 70 * 80)
    for date in 0..<3 {
      for row in 0..<70 {
        for column in 0..<80 {
          let metres: Float =
            (20..<50).contains(row) && (20..<50).contains(column) ? 0.02 * Float(date) : 0.001 * Float(date)
          let isMissing = row < 5
          let index = (date * 70 + row) * 80 + column
          values[index] = mintPy ? (isMissing ? 0 : metres) : (isMissing ? .nan : metres * 1000)
        }
      }
    }
    let cube = try file.createDataset(mintPy ? "timeseries" : "cum", .float32, shape: [3, 70, 80])
    try values.withUnsafeBufferPointer { try cube.write($0, start: [0, 0, 0], count: [3, 70, 80]) }
    if mintPy {
      try file.writeTexts(["20200525", "20200606", "20200618"], to: "date")
      for (name, value) in [("X_FIRST", "9.9"), ("Y_FIRST", "1.1"), ("X_STEP", "0.005"), ("Y_STEP", "-0.005")] {
        try file.writeAttribute(name, value)
      }
      try file.writeAttribute("WAVELENGTH", "0.055465763")
    } else {
      let dates = try file.createDataset("imdates", .int32, shape: [3])
      try [Int32(20_200_525), 20_200_606, 20_200_618].withUnsafeBufferPointer {
        try dates.write($0, start: [0], count: [3])
      }
      for (name, value) in [
        ("corner_lon", 9.9025), ("corner_lat", 1.0975), ("post_lon", 0.005), ("post_lat", -0.005),
      ] {
        let scalar = try file.createDataset(name, .float32, shape: [])
        try [value].withUnsafeBufferPointer { try scalar.write($0, start: [], count: []) }
      }
    }
    try file.flush()
  }

  @Test func bothKindsOfTimeSeriesGiveThePhaseBetweenAnyTwoDates() throws {
    try withFolder { folder in
      for isMintPy in [true, false] {
        let path = folder.appending(path: isMintPy ? "timeseries.h5" : "cum.h5").path
        try write(path, mintPy: isMintPy)
        let series = try DisplacementSeries(path: path)
        #expect(series.grid == Grid(height: 70, width: 80) && series.dates.count == 3)
        #expect(abs(series.geoTransform.west - 9.9) < 1e-6 && abs(series.geoTransform.north - 1.1) < 1e-6)
        let pair = try #require(DatePair("20200525_20200618"))
        let phase = try series.unwrappedPhase(of: pair)
        let expected = Float(-4 * Double.pi / 0.055465763 * 0.04)
        #expect(abs(phase[30 * 80 + 30] - expected) < 1e-4)
        #expect(phase[30].isNaN)
        let backward = try series.unwrappedPhase(of: DatePair(primary: pair.secondary, secondary: pair.primary))
        #expect(abs(backward[30 * 80 + 30] + expected) < 1e-4)
        #expect(throws: StackError.self) {
          try series.unwrappedPhase(
            of: DatePair(primary: pair.secondary, secondary: #require(AcquisitionDate("20200101"))))
        }
      }
    }
  }

  @Test func patchesOfASeriesAreLabelledByItsEpisodes() throws {
    try withFolder { folder in
      let path = folder.appending(path: "timeseries.h5").path
      try write(path, mintPy: true)
      var cut = VolcNetPatches()
      (cut.side, cut.stride, cut.gate) = (64, 16, nil)
      let episodes = try EpisodeFile.parse(Self.text, file: "here.txt")
      let (patches, _) = try cut.read(DisplacementSeries(path: path), episodes: episodes, place: "here")
      // Three pairs both ways; the transient makes those across June deform.
      #expect(Set(patches.origins).count == 6)
      #expect(patches.deformingCount > 0)
      let across = (0..<patches.count).filter { patches.deforms[$0] }
      #expect(across.allSatisfy { patches.sources[$0] == "sill+dyke" && patches.boxes[$0] != nil })
      #expect(try cut.read(DisplacementSeries(path: path), episodes: episodes, place: "here").patches == patches)
    }
  }

  @Test func polygonsAcrossTheAntimeridianCoverTheirPixels() throws {
    func points(_ longitudes: [Double]) -> [GroundPoint] {
      zip(longitudes, [-16.6005, -16.6005, -16.6195, -16.6195]).map {
        GroundPoint(longitudeDegrees: $0, latitudeDegrees: $1)
      }
    }
    let grid = Grid(height: 100, width: 500)
    let place = GeoTransform(west: -180.22, north: -16.57, longitudeStep: 0.001, latitudeStep: -0.001)
    let pair = try #require(DatePair("20200101_20200201"))
    func mask(_ polygons: [[GroundPoint]]) throws -> [UInt8] {
      let episodes = try polygons.map {
        DeformationEpisode(
          motion: .transient(metres: 0.1), start: try #require(AcquisitionDate("20200110")),
          stop: try #require(AcquisitionDate("20200111")), source: "sill", polygon: $0)
      }
      return PairLabel(of: pair, in: episodes).mask(on: grid, place)
    }
    let expected = try mask([points([-180.0995, -179.9005, -179.9005, -180.0995])])
    #expect(expected.contains(1) && expected.contains(0))
    #expect(try mask([points([179.9005, -179.9005, -179.9005, 179.9005])]) == expected)
    #expect(try mask([points([179.9005, 180.0995, 180.0995, 179.9005])]) == expected)
    // A union of two halves that are written on different turns.
    let halves = try mask([points([179.9005, 180, 180, 179.9005]), points([-180, -179.9005, -179.9005, -180])])
    #expect(halves == expected)
  }
}
