import CGDAL
import Foundation
import Interferometry
import Names

/// Interpretation of a GeoTIFF band's numbers from tags and GDAL metadata. Each tag that matters is applied,
/// checked or refused; see the table in the article Archive.
struct RasterMeaning {
  /// Storage of the pixels.
  enum Storage: Hashable {
    /// Bytes without a scale: LiCSAR's codes.
    case bytes
    case float32
    /// Integers, which need a scale; with the type's name.
    case integers(String)
    /// 64-bit floating point.
    case float64
  }

  let storage: Storage
  /// Whether the file contains a mask.
  let hasMask: Bool
  private let items: [(name: String, text: String)]
  private let scale: Double
  private let offset: Double
  private let noData: Double?

  /// Reads the tags of a band.
  ///
  /// - Throws: ``RasterError/Reason`` for what is not supported.
  init(_ dataset: GDALDatasetH, _ band: GDALRasterBandH, path: String) throws(RasterError.Reason) {
    let structure =
      Self.items(of: band, domain: "IMAGE_STRUCTURE") + Self.items(of: dataset, domain: "IMAGE_STRUCTURE")
    func structured(_ name: String) -> String? { structure.first { $0.name == name }?.text }
    let type = GDALGetRasterDataType(band)
    let typeName = GDALGetDataTypeName(type).map { String(cString: $0) } ?? "unknown"
    if structured("MINISWHITE") == "YES" {
      throw .notUnderstood(
        "tag PhotometricInterpretation is MinIsWhite, so its values are inverted; convert it first")
    }
    if GDALGetRasterColorTable(band) != nil {
      throw .notUnderstood("it is a picture with a colour table, not \(Self.expected)")
    }
    switch type {
    case GDT_Byte where structured("PIXELTYPE") == "SIGNEDBYTE": storage = .integers("Int8")
    case GDT_Byte:
      if let bits = structured("NBITS"), bits != "8" {
        throw .notUnderstood("its pixels have \(bits) bits, so that bytes are not LiCSAR's codes; convert it first")
      }
      storage = .bytes
    case GDT_Float32: storage = .float32
    case GDT_Float64: storage = .float64
    case GDT_UInt16, GDT_Int16, GDT_UInt32, GDT_Int32: storage = .integers(typeName)
    case GDT_CInt16, GDT_CInt32, GDT_CFloat32, GDT_CFloat64:
      throw .notUnderstood(
        "its pixels are complex numbers (\(typeName)), expected \(Self.expected); write the argument (phase) of each"
      )
    default: throw .pixelType(typeName)
    }
    let pages = Self.items(of: dataset, domain: "SUBDATASETS")
    guard pages.isEmpty else {
      throw .notUnderstood("it holds \(max(2, pages.count / 2)) images, expected one; extract the right one")
    }
    try Self.refuseSidecars(of: path)
    var found: Int32 = 0
    let scale = GDALGetRasterScale(band, &found)
    self.scale = found != 0 ? scale : 1
    found = 0
    let offset = GDALGetRasterOffset(band, &found)
    self.offset = found != 0 ? offset : 0
    found = 0
    let noData = GDALGetRasterNoDataValue(band, &found)
    self.noData = found != 0 ? noData : nil
    var items = Self.items(of: band, domain: nil) + Self.items(of: dataset, domain: nil)
    if let unit = GDALGetRasterUnitType(band).map({ String(cString: $0) }), !unit.isEmpty {
      items.insert((name: "UNITTYPE", text: unit), at: 0)
    }
    self.items = items.filter { StoredNumbersReader.isKnown($0.name) }
    let flags = GDALGetMaskFlags(band)
    hasMask = flags & GMF_PER_DATASET != 0 && flags & GMF_ALPHA == 0
  }

  /// Value of the no-data tag.
  var noDataValue: Double? { noData }

  /// Conversion of the band's numbers to values of a quantity.
  ///
  /// - Throws: ``RasterError/Reason``.
  func numbers(of quantity: Quantity) throws(RasterError.Reason) -> StoredNumbers {
    var reader = StoredNumbersReader(quantity)
    do {
      try reader.setScale(scale, "scale")
      try reader.setOffset(offset, "offset")
      for item in items { try reader.take(item.name, item.text) }
    } catch {
      throw .notUnderstood("its tag \(error.name) \(error.problem)")
    }
    if let noData { reader.addNoData(noData) }
    if case .integers(let type) = storage, !reader.numbers.isScaled {
      throw .notUnderstood(
        "its pixels are \(type) without a scale, expected Byte, Float32 or integers with a scale tag; "
          + "set one with gdal_edit.py -scale, or convert it")
    }
    return reader.numbers
  }

  private static let expected = "phase or coherence"

  private static func items(of object: UnsafeMutableRawPointer, domain: String?) -> [(name: String, text: String)] {
    guard let list = GDALGetMetadata(object, domain) else { return [] }
    var items: [(name: String, text: String)] = []
    var index = 0
    while let entry = list[index] {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { items.append((name: String(parts[0]), text: String(parts[1]))) }
      index += 1
    }
    return items
  }

  /// Elements of a sidecar file that change the meaning of pixels; statistics and histograms do not.
  private static let meaningfulElements = [
    "NoDataValue", "Scale", "Offset", "UnitType", "SRS", "GeoTransform", "GCPList", "ColorTable", "CategoryNames",
    "MaskBand",
  ]

  /// The part of a sidecar's text that changes pixels or their position; `nil` if there is none.
  private static func meaning(ofSidecar text: String) -> String? {
    let plain = text.lowercased()
    if let element = meaningfulElements.first(where: { name in
      let start = "<" + name.lowercased()
      return [">", " ", "\n", "\t", "/"].contains { plain.contains(start + $0) }
    }) {
      return element
    }
    if plain.contains(/<colorinterp>\s*alpha/) { return "ColorInterp" }
    // Metadata items; names may have any case and quotes.
    for match in text.matches(of: /(?i)<mdi[^>]*\bkey\s*=\s*["']([^"']*)["']/) {
      let name = String(match.1)
      if StoredNumbersReader.isKnown(name) || name.lowercased() == "area_or_point" { return name }
    }
    return nil
  }

  private static let sidecarLimit = 16 << 20

  /// Sidecar files are not read, so a raster is refused if its sidecar would change its meaning.
  private static func refuseSidecars(of path: String) throws(RasterError.Reason) {
    if FileManager.default.fileExists(atPath: path + ".msk") {
      throw .notUnderstood(
        "its mask is in \(path).msk, which is not read; write it into the file (gdal_translate with "
          + "--config GDAL_TIFF_INTERNAL_MASK YES), or remove the mask")
    }
    let sidecar = path + ".aux.xml"
    guard let size = (try? FileManager.default.attributesOfItem(atPath: sidecar))?[.size] as? Int else { return }
    let text =
      size <= sidecarLimit
      ? FileManager.default.contents(atPath: sidecar).map { String(decoding: $0, as: UTF8.self) } : nil
    guard let text else {
      throw .notUnderstood("\(sidecar) cannot be read, so its meaning is unknown; remove it")
    }
    if let name = meaning(ofSidecar: text) {
      throw .notUnderstood(
        "\(sidecar) sets \(VisibleText.line(name, limit: 40)) for this file, but is not read; write it into the file "
          + "(gdal_translate), or remove it")
    }
  }
}
