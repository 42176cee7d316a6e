import Foundation
import Interferometry
import Testing

@testable import RasterIO

/// What changes the meaning of a stack's numbers is applied or refused.
@Suite struct StackMeaningTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  /// A stack of another program: two interferograms of 2 × 3 pixels.
  private struct ForeignStack {
    var attributes: [String: String] = [:]
    var phaseAttributes: [String: String] = [:]
    var coherenceAttributes: [String: String] = [:]
    var phase: [Float] = [0, 1, -1, 2, -2, 3, 0.5, 1, -1, 2, -2, 3]
    var coherence: [Float]?
    var codes: [Int32]?
    var baselines: [Float]?
    var flags: [Float]?
    var fill: Float?
  }

  private func stack(_ foreign: ForeignStack) throws -> InterferogramStackReader {
    let path = folder.path("\(UUID().uuidString).h5")
    let file = try HDF5File.create(path)
    var attributes = [
      "FILE_TYPE": "ifgramStack", "LENGTH": "2", "WIDTH": "3", "X_FIRST": "-91.4", "Y_FIRST": "0.3",
      "X_STEP": "0.001",
      "Y_STEP": "-0.001",
    ]
    attributes.merge(foreign.attributes) { $1 }
    for (name, text) in attributes where !text.isEmpty { try file.writeAttribute(name, text) }
    let shape = [2, 2, 3]
    func write(_ name: String, _ values: [Float], _ items: [String: String], shape: [Int], fill: Float? = nil)
      throws
    {
      let dataset = try file.createDataset(
        name, .float32, shape: shape, chunk: fill == nil ? nil : [1] + shape.dropFirst(), fill: fill)
      if fill == nil {
        try values.withUnsafeBufferPointer { try dataset.write($0, start: shape.map { _ in 0 }, count: shape) }
      } else {
        // The second interferogram is never written.
        try values[..<6].withUnsafeBufferPointer { try dataset.write($0, start: [0, 0, 0], count: [1, 2, 3]) }
      }
      for (item, text) in items { try file.writeAttribute(item, text, on: dataset.handle) }
    }
    if let codes = foreign.codes {
      let dataset = try file.createDataset("wrapPhase", .int32, shape: shape)
      try codes.withUnsafeBufferPointer { try dataset.write($0, start: [0, 0, 0], count: shape) }
      for (item, text) in foreign.phaseAttributes { try file.writeAttribute(item, text, on: dataset.handle) }
    } else {
      try write("wrapPhase", foreign.phase, foreign.phaseAttributes, shape: shape, fill: foreign.fill)
    }
    if let coherence = foreign.coherence {
      try write("coherence", coherence, foreign.coherenceAttributes, shape: shape)
    }
    if let baselines = foreign.baselines { try write("bperp", baselines, [:], shape: [2]) }
    if let flags = foreign.flags { try write("dropIfgram", flags, [:], shape: [2]) }
    let dates = try file.createDataset("date", .fixedString(8), shape: [2, 2])
    let type = try file.makeType(.fixedString(8), part: dates.part)
    try Array("20240106202401182024010620240130".utf8).withUnsafeBytes {
      try dates.write(raw: $0.baseAddress, type: type.id, start: [0, 0], count: [2, 2])
    }
    try file.flush()
    return try InterferogramStackReader(path: path)
  }

  private func refusal(_ foreign: ForeignStack) -> String {
    let error = #expect(throws: StackError.self, "\(foreign)") {
      _ = try stack(foreign).interferogram(at: 0)
    }
    return error.map { "\($0)" } ?? "taken"
  }

  @Test(arguments: ["none", "None", "'none'", "\"None\"", "null", "", " none ", "[None]", "0", "0.0", "-0", "'0'"])
  func noDataOfNoneIsAsGoodAsNone(_ text: String) throws {
    let values = try stack(ForeignStack(attributes: ["NO_DATA_VALUE": text])).interferogram(at: 0).phase
    #expect(values[0].isNaN && values[1] == 1)
  }

  @Test func noDataIsANumberAListOrNaN() throws {
    func missing(_ text: String) throws -> [Int] {
      let values = try stack(ForeignStack(attributes: ["NO_DATA_VALUE": text])).interferogram(at: 0).phase
      return values.indices.filter { values[$0].isNaN }
    }
    #expect(try missing("nan") == [])
    #expect(try missing("NaN") == [])
    #expect(try missing("'nan'") == [])
    #expect(try missing("2") == [3])
    #expect(try missing("0, -2") == [0, 4])
    #expect(try missing("[nan, 3.0]") == [5])
    #expect(refusal(ForeignStack(attributes: ["NO_DATA_VALUE": "water"])).contains("attribute NO_DATA_VALUE"))
  }

  @Test func scaleOffsetFillAndUnitOfADatasetAreApplied() throws {
    let scaled = try stack(
      ForeignStack(phaseAttributes: ["scale_factor": "0.5", "add_offset": "0.25", "_FillValue": "2"])
    ).interferogram(at: 1).phase
    #expect(scaled[0] == 0.5 && scaled[1] == 0.75 && scaled[3].isNaN)
    let degrees = ForeignStack(attributes: ["UNIT": "degree"], phase: [Float](repeating: 90, count: 12))
    #expect(abs(try stack(degrees).interferogram(at: 0).phase[0] - Float.pi / 2) < 1e-6)
    let codes = ForeignStack(
      attributes: ["NO_DATA_VALUE": "-32768"], phaseAttributes: ["scale_factor": "0.001"],
      codes: [-32_768, 0, 1000, 2000, 3000, -1000, 1, 2, 3, 4, 5, 6])
    let values = try stack(codes).interferogram(at: 0).phase
    #expect(values[0].isNaN && values[1] == 0 && values[2] == 1)
    let percent = ForeignStack(
      coherenceAttributes: ["units": "percent"], coherence: [0, 10, 20, 30, 40, 100, 1, 2, 3, 4, 5, 6])
    #expect(try stack(percent).interferogram(at: 0).coherence?[5] == 1)
  }

  @Test func partsNeverWrittenAreNoDataWhateverTheirFill() throws {
    let stack = try stack(ForeignStack(attributes: ["NO_DATA_VALUE": "nan"], fill: 2.5))
    #expect(try stack.interferogram(at: 0).phase[1] == 1)
    #expect(try stack.interferogram(at: 1).phase.allSatisfy(\.isNaN))
  }

  @Test func whatIsNotUnderstoodIsRefusedByName() {
    for (attributes, words) in [
      (["UNIT": "m"], "expected radians or degrees"), (["EPSG": "32715"], "UTM zone 15S"),
      (["UTM_ZONE": "15S"], "UTM_ZONE"),
      (["X_UNIT": "meters"], "gdalwarp -t_srs EPSG:4326"), (["Y_UNIT": "arcsec"], "Y_UNIT"),
      (["X_FIRST": "500000", "X_STEP": "80"], "metres"), (["EPSG": "4267"], "NAD27"), (["DATUM": "NAD27"], "DATUM"),
      (["PROJECTION": "UTM10"], "PROJECTION"), (["scale_factor": "2"], "scale_factor"),
      (["AREA_OR_POINT": "Line"], "Line"),
      (["WAVELENGTH": "5.6"], ""), (["WAVELENGTH": "55.46576"], "metres from 0.001 to 10"),
      (["Y_FIRST": "90.7"], "globe"), (["units": "degrees"], "attribute units"),
      (["_FillValue": "2"], "attribute _FillValue"), (["missing_value": "-9999"], "missing_value"),
      (["epsg": "32715"], "UTM zone 15S"), (["x_unit": "meters"], "gdalwarp"),
      (["Unit": "m"], "radians or degrees"),
    ] where !words.isEmpty {
      #expect(refusal(ForeignStack(attributes: attributes)).contains(words), "\(attributes)")
    }
    #expect(
      refusal(ForeignStack(codes: [Int32](repeating: 7, count: 12))).contains("int32 numbers without scale_factor"))
    #expect(refusal(ForeignStack(phaseAttributes: ["units": "mm"])).contains("/wrapPhase attribute units"))
    #expect(refusal(ForeignStack(phaseAttributes: ["valid_range": "0 1"])).contains("valid_range"))
  }

  @Test func rootAttributesAreFoundInAnyCaseAndHarmlessOnesPass() throws {
    let degrees = ForeignStack(attributes: ["unit": "degrees"], phase: [Float](repeating: 90, count: 12))
    #expect(abs(try stack(degrees).interferogram(at: 0).phase[0] - Float.pi / 2) < 1e-6)
    let noData = ForeignStack(attributes: ["no_data_value": "2"])
    #expect(try stack(noData).interferogram(at: 0).phase[3].isNaN)
    for attributes in [["units": "radians"], ["_FillValue": "nan"], ["missing_value": "0"], ["units": "none"]] {
      #expect(try stack(ForeignStack(attributes: attributes)).interferogram(at: 0).phase[1] == 1, "\(attributes)")
    }
  }

  @Test func theSamePlaceInOtherWordsIsTaken() throws {
    let plain = try stack(ForeignStack()).header.geoTransform
    for attributes in [
      ["X_UNIT": "degrees", "Y_UNIT": "degrees", "EPSG": "4326"], ["X_UNIT": "degree", "EPSG": "EPSG:4326"],
      ["EPSG": "4326.0", "DATUM": "WGS84", "PROJECTION": "LATLON"], ["X_FIRST": "268.6"], ["X_FIRST": "'-91.4'"],
      ["X_FIRST": "-91.3995", "Y_FIRST": "0.2995", "AREA_OR_POINT": "Point"], ["UTM_ZONE": "none"],
    ] {
      let place = try stack(ForeignStack(attributes: attributes)).header.geoTransform
      #expect(place.isSamePlace(as: plain), "\(attributes)")
    }
  }

  @Test func noDataOfCoherenceIsThatOfTheStackOutsideItsRange() throws {
    var values = [Float](repeating: 0.5, count: 12)
    values[2] = -9999
    let read = try stack(ForeignStack(attributes: ["NO_DATA_VALUE": "-9999"], coherence: values)).interferogram(
      at: 0)
    #expect(read.coherence?[2].isNaN == true && read.coherence?[3] == 0.5)
    values[2] = 0
    #expect(try stack(ForeignStack(coherence: values)).interferogram(at: 0).coherence?[2] == 0)
  }

  @Test func listsOfNumbersAreChecked() throws {
    #expect(refusal(ForeignStack(baselines: [1e7, 0])).contains("/bperp holds 10000000.0"))
    #expect(refusal(ForeignStack(baselines: [.infinity, 0])).contains("/bperp"))
    #expect(try stack(ForeignStack(baselines: [.nan, -120])).perpendicularBaselines[1] == -120)
    #expect(try stack(ForeignStack(flags: [0, 1])).isKept == [false, true])
    #expect(refusal(ForeignStack(flags: [0.5, 1])).contains("/dropIfgram holds 0.5"))
    #expect(refusal(ForeignStack(flags: [2, 1])).contains("/dropIfgram holds 2"))
  }

  private func expected(_ name: String) -> String { expectedFolder.appendingPathComponent(name).path }

  @Test func lzfIsUnpackedAsH5pyPacksIt() throws {
    let stack = try InterferogramStackReader(path: expected("lzf.h5"))
    let values = try stack.interferogram(at: 2).phase
    let index = 2 * 2000
    #expect(abs(values[0] - (-3 + 6 * Float(index) / 5999)) < 1e-5)
    #expect(values[500..<1500].allSatisfy { $0 == 1.5 })
    #expect(abs(values[1999] - 3) < 1e-6)
  }

  @Test func damagedLZFIsRecognised() {
    for bytes: [UInt8] in [[31], [0], [0x20], [0xE0, 1], [0x20, 5], [3, 1, 2]] {
      let unpacked = bytes.withUnsafeBytes { input in
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { LZF.unpack(input, into: $0) }
      }
      #expect(unpacked == nil, "\(bytes)")
    }
    let plain: [UInt8] = [0, 65, 0xE0, 3, 0]
    let text = plain.withUnsafeBytes { input in
      withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { output -> [UInt8]? in
        LZF.unpack(input, into: output).map { Array(output[..<$0]) }
      }
    }
    #expect(text == [UInt8](repeating: 65, count: 13))
  }

  @Test(arguments: [
    ("blosc.h5", "the HDF5 filter Blosc (number 32001), which is not available"), ("complex.h5", "complex numbers"),
    ("virtual.h5", "virtual dataset"), ("external.h5", "is in another file"),
    ("enumeration.h5", "enumeration other than FALSE = 0 and TRUE = 1"),
  ])
  func whatCannotBeReadIsNamedWhenTheStackIsOpened(_ name: String, _ words: String) {
    let error = #expect(throws: StackError.self) { try InterferogramStackReader(path: expected(name)) }
    #expect(error?.description.contains(words) == true)
  }

  @Test(arguments: ["float16.h5", "big_endian.h5"]) func otherFloatingPointFormsAreRead(_ name: String) throws {
    let values = try InterferogramStackReader(path: expected(name)).interferogram(at: 1).phase
    #expect(values[3] == ((Float(23) - 29.5) / 10 * 4).rounded(.toNearestOrEven) / 4)
  }

  @Test func everyNameOfTheTableIsInTheFormatsPage() throws {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/volcsweep/Documentation.docc/Formats/Archive.md"), encoding: .utf8)
    let names = [
      StoredNumbersReader.scales, StoredNumbersReader.offsets, StoredNumbersReader.noDataNames,
      StoredNumbersReader.units,
      StoredNumbersReader.refused,
    ].flatMap { $0 }
    for name in names { #expect(page.lowercased().contains("`\(name)`"), "\(name)") }
  }
}
