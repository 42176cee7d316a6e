import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Synthesis

@Suite struct TerrainTests {
  func topography(_ form: VolcanoForm, seed: UInt64 = 3) -> Topography {
    var stream = RandomStream(seed: seed, path: 4)
    return Topography(
      grid: Grid(height: 400, width: 400), pixelMetres: 111, setting: .inland, summitRow: 200, summitColumn: 200,
      form: form, from: &stream)
  }

  /// Mean height on a ring around the summit, metres.
  func ring(_ ground: Topography, kilometres: Double) -> Double {
    let elevations = (0..<72).map { step -> Double in
      let angle = Double(step) * .pi / 36
      let radius: Double = kilometres / 0.111
      let row = 200 + Int(radius * sin(angle))
      let column = 200 + Int(radius * cos(angle))
      return Double(ground.heightMetres[row * 400 + column])
    }
    return elevations.reduce(0, +) / 72
  }

  @Test(arguments: [3, 4, 5] as [UInt64])
  func formsDifferAsTheirNamesSay(seed: UInt64) {
    let cone = topography(.stratovolcano, seed: seed)
    let dome = topography(.shield, seed: seed)
    let sunken = topography(.caldera, seed: seed)
    let drop = { ring($0, kilometres: 2) - ring($0, kilometres: 7) } as (Topography) -> Double
    #expect(drop(cone) > 2 * drop(dome))
    let rim = stride(from: 1.0, to: 6, by: 0.25).map { ring(sunken, kilometres: $0) }.max() ?? 0
    #expect(rim > ring(sunken, kilometres: 0.5) + 150)
    #expect(ring(cone, kilometres: 0.8) > ring(cone, kilometres: 5.5) + 300)
    let island = topography(.island, seed: seed)
    #expect(island.heightMetres[0] < 0 && island.heightMetres[200 * 400 + 200] > 500)
  }

  /// An SRTM tile of 3″ with a cone of 2,000 m at row 400, column 700, big-endian 16-bit integers as they are.
  func tile() throws -> URL {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1201 * 1201 * 2)
    for row in 0..<1201 {
      for column in 0..<1201 {
        let distance = (Double((row - 400) * (row - 400) + (column - 700) * (column - 700))).squareRoot()
        let height = row == 0 ? -32_768 : max(0, 2000 - Int(8 * distance))
        bytes += [UInt8(truncatingIfNeeded: height >> 8), UInt8(truncatingIfNeeded: height)]
      }
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "tile-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "N14E120.hgt")
    try Data(bytes).write(to: file)
    return file
  }

  @Test func anSRTMTileBecomesTheGroundWithItsSummitUnderTheVolcano() throws {
    let file = try tile()
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    let elevation = try ElevationRaster(path: file.path)
    #expect(elevation.grid == Grid(height: 1201, width: 1201))
    #expect(abs(elevation.geoTransform.north - 15) < 1e-3 && abs(elevation.geoTransform.west - 120) < 1e-3)
    #expect(elevation.heightMetres[400 * 1201 + 700] == 2000)
    #expect(elevation.heightMetres[5] == 0, "a void is no height")
    let ground = Topography(
      from: elevation, grid: Grid(height: 300, width: 280), pixelDegrees: 0.001, summitRow: 150.5,
      summitColumn: 130.5)
    let highest = try #require(ground.heightMetres.max())
    let at = try #require(ground.heightMetres.firstIndex(of: highest))
    #expect(abs(at / 280 - 150) <= 1 && abs(at % 280 - 130) <= 1)
    #expect(highest > 1980)
    // 40 pixels of 0.001° are 48 of 3″: 384 m lower, to the south; and as far on the ground to the east.
    let south: Float = ground.heightMetres[190 * 280 + 130]
    let east: Float = ground.heightMetres[150 * 280 + 170]
    #expect(abs(south - 1616) < 12)
    #expect(abs(east - 1603) < 12)
  }

  @Test func aFileThatIsNoRasterIsNamed() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "no-raster-\(UUID().uuidString).hgt")
    try Data("heights".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      _ = try ElevationRaster(path: file.path)
      Issue.record("accepted")
    } catch {
      #expect(error.file == file.path)
      #expect(!error.problem.isEmpty)
    }
  }
}
