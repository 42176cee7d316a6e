import Foundation
import Ingestion
import Interferometry
import Names
import RasterIO
import Tables

/// Decoders of text.
enum TextDecoders {
  static let numbers = [
    "nan", "inf", "-inf", "1e309", "-1e309", "1e-320", "0x1p3", "99999999999999999999", "-0", "9223372036854775807",
    "-9223372036854775808", "٣", "1.", ".5", "+1", "1e", "", " ", "\u{0}", "\u{FEFF}", "é", "e\u{301}", "\u{202E}",
    "😀", "\u{1F1E6}\u{1F1E8}",
  ]
  static let marks = [",", "\t", ";", "\n", "\r\n", "\r", "\"", "\"\"", "#", "_", ".", "-", " ", "\u{2028}"]
  static let dates = ["20240106", "20240106_20240118", "19691231", "22000101", "20240230", "00000000", "2024010"]

  static let catalogue = FuzzedDecoder(
    name: "catalogue",
    corpus: [
      """
      Holocene list,,,,\nVolcano Number,Volcano Name,Country,Latitude,Longitude
      353050,"Negra, Sierra",Ecuador,-0.83,-91.17\n353060,"Azul, Cerro",Ecuador,-0.92,-91.408
      357060,Cerro Azul,Chile,-35.653,-70.761\n221080,Erta Ale,Ethiopia,13.601,40.666\n
      """, "name,lat,lon\nEtna,37.75,15\n# no\n\"A \"\"b\"\"\",1,2\n", "Erta Ale 13.6 40.7\nEtna 37.7 15.0\n",
      "name;latitude;longitude\r\nÖræfajökull;64.05;-16.633\r\nUnnamed;1;2\r\nUnnamed;3;4\r\n",
      "Volcán,Longitude_W,Latitud S\nVillarrica,71.93,39.42\n\"Negra, Sierra,91.17,0.83\n\"Azul, Cerro\",91.4,0.9\n",
    ].map { Array($0.utf8) },
    form: .bytes(words: numbers + marks + ["name,lat,lon\n", "lat", "lon", "_S", "_W", "name,x,y\n", "\n\"a"])
  ) { bytes in
    let catalogue = VolcanoCatalogue(text: String(decoding: bytes, as: UTF8.self))
    try require(Set(catalogue.entries.map(\.key)).count == catalogue.entries.count, "two volcanoes with one key")
    for entry in catalogue.entries {
      let volcano = entry.volcano
      try require(abs(volcano.latitudeDegrees) <= 90 && abs(volcano.longitudeDegrees) <= 360, "off the Earth")
      try require(entry.key.utf8.count <= 200, "a key that is too long for a file's name")
      try require(volcano.name.utf8.count <= 1000, "a name that is too long for a stack's attribute")
      // Letters of any script, and nothing that a file's name cannot hold.
      try require(PathComponent.problem(entry.key) == nil, "a key that is no file's name: \(entry.key)")
      try require(
        VolcanoName.key(entry.key) == entry.key && entry.key == entry.key.lowercased(),
        "a key that is not its own: \(entry.key)")
      try require(!catalogue.entries(named: entry.key).isEmpty, "an entry that its key does not find")
    }
    try require(catalogue.rejectedLines.count <= 1001, "more rejected lines than anybody reads")
    let rejected = Set(catalogue.rejectedLines.map(\.line))
    try require(!catalogue.entries.contains { rejected.contains($0.line) }, "a line that is used and rejected")
  }

  static let baselines = FuzzedDecoder(
    name: "baselines",
    corpus: [
      "20160101 20160113 12.5 12\n20160113 20160125 -3.25 12\n20160101 20160206 40 36\n# end\n",
      "1 20160101 20160113 12.5 0 12 12 0.0 12.5\n2 20160101 20160125 9.25 0 24 24 0.0 9.25\n",
    ].map { Array($0.utf8) }, form: .bytes(words: numbers + marks + dates)
  ) { bytes in
    let table = BaselineTable(text: String(decoding: bytes, as: UTF8.self))
    for first in dates + ["20160101"] {
      guard let primary = AcquisitionDate(first), let secondary = AcquisitionDate("20160125") else { continue }
      let metres = table.perpendicularBaselineMetres(of: DatePair(primary: primary, secondary: secondary))
      try require(!metres.isInfinite, "an infinite baseline")
    }
    try require(table.faults.count <= 1001, "more faults than anybody reads")
  }

  static func frameMetadata() throws -> FuzzedDecoder {
    let file = try InputFile()
    return FuzzedDecoder(
      name: "frame-metadata",
      corpus: [
        Array("master=20160101\nheading=-10.157417\navg_incidence_angle=39.6\ncenter_time=0:26:14.88\n".utf8)
      ],
      form: .bytes(words: numbers + ["=", ":", "\n", "heading=", "center_time=", "1:2:3"])
    ) { bytes in
      for (name, value) in FrameMetadata.attributes(contentsOf: try file.path(holding: bytes)) {
        let number = Double(value)
        try require(number?.isFinite == true, "\(name) is \(value.prefix(40)), no number")
        try require(value.utf8.count <= 100, "\(name) has \(value.utf8.count) bytes")
      }
    }
  }

  static let names = FuzzedDecoder(
    name: "names",
    corpus: [
      "sierra_negra_20240106_20240118.geo.diff_pha.tif", "20240106_20240118.geo.cc.tif",
      "sierra_negra_106A_09048_000909.h5", "106A_09048_000909", "Negra, Sierra", "Öræfajökull", "ʻAlu-Dalafilla",
    ].map { Array($0.utf8) }, form: .bytes(words: numbers + marks + dates + [".geo.", ".tif", "106A_09048_000909"])
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    if let name = FlatName(text) {
      try require(text.hasPrefix(name.stem), "a stem that the name does not begin with")
    }
    if let frame = FrameID(text) { try require(frame.name == text, "another frame") }
    if let pair = DatePair(text) { try require(pair.description == text, "another pair") }
    if let date = AcquisitionDate(text) {
      try require(AcquisitionDate(daysSince1970: date.daysSince1970) == date, "another day")
    }
    let key = VolcanoName.key(text)
    try require(VolcanoName.key(key) == key, "a key that is not its own key: \(key)")
    let parts = StackHeader.volcanoAndFrame(inFileName: "/archive/" + text)
    try require(VolcanoName.key(parts.volcano) == parts.volcano, "no key: \(parts.volcano)")
  }

  /// What is written as a table is read as it was, with escapes for what is invisible.
  static let table = FuzzedDecoder(
    name: "table", corpus: ["a\u{1F}b\u{1F}c", "say \"x\", \u{1F}\n\u{1F} y"].map { Array($0.utf8) },
    form: .bytes(words: numbers + marks + ["\u{1F}"])
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let fields = text.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    // Half of the inputs in each form.
    let holdsParagraphs = bytes.count.isMultiple(of: 2)
    var table = CommaSeparatedTable(
      header: ["first"] + fields.map { _ in "name" }, holdsParagraphs: holdsParagraphs)
    table.append(["first"] + fields)
    let records = SeparatedValues.records(in: table.text, separator: ",")
    try require(records.count == 2, "\(records.count) records of 2")
    try require(records.allSatisfy { $0.unendedQuote == nil }, "a quote that does not end")
    let expected = fields.map { field in
      (holdsParagraphs ? VisibleText.paragraph(field) : VisibleText.line(field)).trimmingWhitespace
    }
    try require(Array(records[1].fields.dropFirst()) == expected, "other fields")
  }

  static func require(_ holds: Bool, _ words: @autoclosure () -> String) throws {
    guard holds else { throw BrokenPromise(words()) }
  }
}
