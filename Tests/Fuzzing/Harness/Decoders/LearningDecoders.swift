import Foundation
import Interferometry
import Learning

/// Decoders of what people and other programs say of interferograms.
enum LearningDecoders {
  private static let words =
    TextDecoders.numbers + TextDecoders.marks + TextDecoders.dates + [
      "[", "]", "{", "}", "(", ")", ":", "[[", "]]", "null", "true", "\"Deformation\"", "Sill", "None", "_00]",
      "def_rate = ", "def_polygon = [(", "2026-05-04T10:00:00.000Z",
    ]

  private static let grid = Grid(height: 40, width: 50)

  static let annotation = FuzzedDecoder(
    name: "annotation",
    corpus: [
      #"{"uniqueID": 7, "frameID": "087D_07004_060904", "primary_date": "20180529", "secondary_date": "20180616","#
        + #""label": ["Deformation"], "activity_type": ["Sill"], "intensity_level": "High", "phase": "Unrest","#
        + #""confidence": 0.8, "segmentation_mask": [[1, 2, 30, 4, 5, 36.5]], "is_crowd": 0, "caption": "é"}"#,
      #"{"uniqueID": 7, "frameID": "a", "primary_date": "20180529", "secondary_date": "20180616","label": "Earthquake","#
        + #""segmentation_mask": [1, 2, 30, 4]}"#,
    ].map { Array($0.utf8) }, form: .bytes(words: words)
  ) { bytes in
    guard let one = try? HephaestusAnnotation.read(Data(bytes), file: "one") else { return }
    var mask = [UInt8](repeating: 0, count: grid.count)
    for polygon in one.annotation.polygons { PolygonMask.fill(polygon, with: 1, into: &mask, grid: grid) }
    let again = try HephaestusAnnotation.read(try JSONEncoder().encode(one), file: "again")
    try TextDecoders.require(again == one, "another annotation")
    _ = HephaestusSummary.table(of: [one], split: nil).commaSeparated
  }

  static let episodes = FuzzedDecoder(
    name: "episodes",
    corpus: [
      """
      [persistent_deformation_00]\ndef_episode_start = 20141213\ndef_episode_stop = 20170706\nsource = sill
      def_rate = 0.4\ndef_polygon = [(-91.17, -0.80), (-91.11, -0.80), (-91.11, -0.84), (-91.17, -0.80)]\n
      [transient_deformation_00]\ndef_episode_start = 20160101\ndef_episode_stop = 20170706\nsource = dyke
      def_magnitude = -0.4\ndef_polygon = [(-91.27, -0.70), (-91.11, -0.80), (-91.1, -0.84), (-91.17, -0.80)]\n
      """
    ].map { Array($0.utf8) }, form: .bytes(words: words)
  ) { bytes in
    guard let episodes = try? EpisodeFile.parse(String(decoding: bytes, as: UTF8.self), file: "one"),
      let pair = DatePair("20160601_20160613")
    else { return }
    let label = PairLabel(of: pair, in: episodes)
    let backward = PairLabel(of: DatePair(primary: pair.secondary, secondary: pair.primary), in: episodes)
    try TextDecoders.require(label.metres == -backward.metres, "another size backwards")
    let mask = label.mask(
      on: grid, GeoTransform(west: -91.5, north: -0.5, longitudeStep: 0.01, latitudeStep: -0.01))
    try TextDecoders.require(mask.count == grid.count, "another size")
  }

  static func reviews() throws -> FuzzedDecoder {
    let file = try InputFile()
    let table =
      "uniqueID,volcano,frameID,primary_date,secondary_date,label,activity_type,intensity_level,phase,confidence,"
      + "segmentation_mask,is_crowd,caption,reviewer,time\n3,alba,106A,20200101,20200113,Deformation;Earthquake,Sill,"
      + "High,Unrest,0.5,\"[[1,2,3,4]]\",0,\"a, b\",Ada,2026-05-04T10:00:00.000Z\n"
    return FuzzedDecoder(name: "reviews", corpus: [Array(table.utf8)], form: .bytes(words: words)) { bytes in
      guard let documents = try? ReviewTable.read(try file.path(holding: bytes)) else { return }
      let text = try ReviewTable.text(of: documents)
      let again = try ReviewTable.read(try file.path(holding: Array(text.utf8)))
      try TextDecoders.require(again == documents, "other reviews")
    }
  }
}
