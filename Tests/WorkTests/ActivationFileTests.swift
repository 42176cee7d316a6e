import Detection
import Foundation
import Interferometry
import Testing

@testable import Work

/// Files of activations: what was written comes back, and nothing else ever does.
@Suite final class ActivationFileTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "activations-\(UUID().uuidString.prefix(8))")
  private static let grid = Grid(height: 500, width: 499)
  private static let place = GeoTransform(west: 10.25, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)
  private static let stored: [(pair: String, activations: PatchActivations)] = [
    (
      "20200101_20200113",
      PatchActivations(
        known: KnownPatches(kept: [true, false, true], noDataShare: 0.1, meanCoherence: nil), fractions: [1, 1],
        halves: Data((0..<24).map { UInt8($0) }),
        mask: DataMask(pixelCount: grid.count) { $0 % 499 < 300 })
    ),
    (
      "20200113_20200125",
      PatchActivations(
        known: KnownPatches(kept: [false, false, true], noDataShare: 0.3, meanCoherence: 0.7), fractions: [0.875],
        halves: Data((0..<12).map { UInt8(200 + $0) }),
        mask: DataMask(pixelCount: grid.count) { $0 > 1000 })
    ),
  ]

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func write() throws -> URL {
    let file = folder.appending(path: "alba_106A/1-2-3.activations")
    try ActivationFile.write(
      Self.stored, fingerprint: "abc", grid: Self.grid, geoTransform: Self.place, to: file)
    return file
  }

  @Test func whatWasWrittenIsReadAgain() throws {
    let file = try ActivationFile(write())
    #expect(file.fingerprint == "abc" && file.grid == Self.grid && file.geoTransform == Self.place)
    for (pair, activations) in Self.stored { #expect(try file.activations(of: pair) == activations) }
    #expect(throws: ActivationFile.Damage.self) { try file.activations(of: "20200125_20200206") }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "alba_106A").path)
    #expect(names == ["1-2-3.activations"], "nothing is left beside it")
  }

  @Test func aFileThatIsCutShortGivesWhatIsThereOrNothing() throws {
    let bytes = try Data(contentsOf: write())
    for length in 0..<bytes.count {
      guard let file = try? ActivationFile(bytes: bytes.prefix(length)) else { continue }
      for (pair, activations) in Self.stored {
        if let found = try? file.activations(of: pair) { #expect(found == activations) }
      }
      #expect(throws: ActivationFile.Damage.self) { try file.activations(of: Self.stored[1].pair) }
    }
  }

  @Test func noFlippedBitOfTheNumbersGoesUnseen() throws {
    let bytes = try Data(contentsOf: write())
    let count = Self.stored.reduce(0) { $0 + $1.activations.halves.count }
    for bit in 0..<(8 * count) {
      var damaged = bytes
      damaged[bytes.count - count + bit / 8] ^= 1 << UInt8(bit % 8)
      let file = try ActivationFile(bytes: damaged)
      let found = Self.stored.compactMap { try? file.activations(of: $0.pair) }
      #expect(found.count == 1)
    }
  }

  @Test func damagedHeadersAreRefusedOrReadWithoutACrash() throws {
    let bytes = try Data(contentsOf: write())
    var state: UInt64 = 7
    for _ in 0..<4000 {
      var damaged = bytes
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        damaged[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      guard let file = try? ActivationFile(bytes: damaged) else { continue }
      for (pair, _) in Self.stored { _ = try? file.activations(of: pair) }
    }
    #expect(throws: ActivationFile.Damage.self) {
      try ActivationFile(bytes: Data("VSACT002".utf8) + Data([255, 255, 255, 255]))
    }
    #expect(throws: ActivationFile.Damage.self) { try ActivationFile(self.folder) }
  }

  @Test func aFileThatAnotherMachineCutsShortIsDamagedAndEndsNothing() throws {
    let url = try write()
    let file = try ActivationFile(url)
    // A page that a mapping had would be gone now: SIGBUS.
    #expect(truncate(url.path, 20) == 0)
    #expect(throws: ActivationFile.Damage.self) { try file.activations(of: Self.stored[1].pair) }
    #expect(throws: ActivationFile.Damage.self) { try ActivationFile(url) }
  }
}
