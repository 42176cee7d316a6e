import Detection
import Foundation
import Interferometry
import Work

/// Files of activations, which other workers wrote.
enum ActivationDecoder {
  private static let stored: [(pair: String, activations: PatchActivations)] = [
    (
      "20200101_20200113",
      PatchActivations(
        known: KnownPatches(kept: [true, false, true], noDataShare: 0.1, meanCoherence: nil), fractions: [1, 1],
        halves: Data((0..<24).map { UInt8($0) }),
        mask: DataMask(pixelCount: 500 * 499) { $0 % 499 < 300 })
    ),
    (
      "20200113_20200125",
      PatchActivations(
        known: KnownPatches(kept: [false, false, true], noDataShare: 0.3, meanCoherence: 0.7), fractions: [0.875],
        halves: Data((0..<12).map { UInt8(200 + $0) }),
        mask: DataMask(pixelCount: 500 * 499) { $0 > 1000 })
    ),
  ]

  static func activations() throws -> FuzzedDecoder {
    let file = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString).activations")
    defer { try? FileManager.default.removeItem(at: file) }
    try ActivationFile.write(
      stored, fingerprint: "abc", grid: Grid(height: 500, width: 499),
      geoTransform: GeoTransform(west: 10.25, north: 1, longitudeStep: 0.001, latitudeStep: -0.001), to: file)
    let sound = [UInt8](try Data(contentsOf: file))
    return FuzzedDecoder(
      name: "activations", corpus: [sound],
      form: .bytes(words: TextDecoders.numbers + TextDecoders.marks + TextDecoders.dates + ["VSACT002"])
    ) { bytes in
      let file = try ActivationFile(bytes: Data(bytes))
      for pair in file.pairs {
        guard let found = try? file.activations(of: pair) else { continue }
        try TextDecoders.require((0...1).contains(found.known.noDataShare), "a share of no data that is none")
        try TextDecoders.require(found.halves.count <= bytes.count, "more numbers than there are bytes")
      }
    }
  }
}
