import Foundation
import Interferometry
import Testing

@testable import Learning

/// Known phases in the colours that other programs give them, see `Expected/palettes.py`.
@Suite struct PaletteTests {
  private struct Pictures: Decodable {
    struct Picture: Decodable {
      let colours: [[Int]]
      let palette: String
      let isCyclic: Bool
    }
    let phases: [Double]
    let pictures: [String: Picture]
    let unknown: [String: [[Int]]]
  }

  private static func bands(_ colours: [[Int]]) -> [[UInt8]] {
    (0..<3).map { band in colours.map { UInt8($0[band]) } }
  }

  private static func phase(_ gray: UInt8) -> Double { Double(gray) / 255 * 2 * Double.pi - Double.pi }

  @Test func eachPaletteIsRecognisedAndGivesThePhaseBack() throws {
    let expected: Pictures = try Expected.read("palettes.json")
    let grid = Grid(height: 1, width: expected.phases.count)
    for (name, picture) in expected.pictures.sorted(by: { $0.key < $1.key }) {
      let decoded = try #require(PhasePicture(bands: Self.bands(picture.colours), grid: grid), "\(name)")
      #expect(
        decoded.palette?.name.hasPrefix(picture.palette) == true, "\(name): \(decoded.palette?.name ?? "none")")
      var worst = 0.0
      for (index, phase) in expected.phases.enumerated() where decoded.hasData[index] {
        var error = abs(Self.phase(decoded.gray[index]) - phase)
        if picture.isCyclic { error = min(error, abs(2 * Double.pi - error)) }
        worst = max(worst, error)
      }
      // matplotlib's jet has one blue over 0.094 rad, and one red, in a table of 256 colours.
      #expect(worst <= (name == "jet of matplotlib" ? 0.07 : 0.05), "\(name): \(worst) rad")
      #expect(decoded.hasData.count { $0 } == expected.phases.count, "\(name)")
    }
  }

  @Test func partsOfAFringeAreRecognisedToo() throws {
    let expected: Pictures = try Expected.read("palettes.json")
    // The colours between the ends are the same in a hue wheel, matplotlib's and MATLAB's jet, and RdYlBu of nine classes.
    for (name, picture) in expected.pictures
    where !["hsv of matplotlib", "hues", "RdYlBu of nine classes", "jet of MATLAB"].contains(name) {
      for part in [100..<260, 400..<500] {
        let decoded = try #require(
          PhasePicture(
            bands: Self.bands(Array(picture.colours[part])), grid: Grid(height: 1, width: part.count)), "\(name)")
        for index in part {
          let error = abs(Self.phase(decoded.gray[index - part.lowerBound]) - expected.phases[index])
          #expect(error <= 0.06, "\(name) at \(expected.phases[index])")
        }
      }
    }
  }

  @Test func blackAndGrayBordersHaveNoData() throws {
    let expected: Pictures = try Expected.read("palettes.json")
    let picture = try #require(expected.pictures["RdYlBu of matplotlib"])
    let extra = [[0, 0, 0], [3, 3, 3], [255, 255, 255], [128, 128, 128]]
    let colours = picture.colours + Array(repeating: extra, count: 200).flatMap { $0 }
    let decoded = try #require(
      PhasePicture(bands: Self.bands(colours), grid: Grid(height: 1, width: colours.count)))
    #expect(decoded.palette == .licsar)
    #expect(decoded.hasData[..<picture.colours.count].allSatisfy { $0 })
    #expect(!decoded.hasData[picture.colours.count...].contains(true))
    #expect(decoded.gray[picture.colours.count...].allSatisfy { $0 == LabelledPatches.noData })
    let black = try #require(
      PhasePicture(bands: Self.bands([[0, 0, 0], [1, 1, 1]]), grid: Grid(height: 1, width: 2)))
    #expect(black.palette == nil && !black.hasData.contains(true))
  }

  /// Gray values 0, 7, 8 and 15 of 4 bits, of which 7 is named as transparent.
  private static let transparentGray =
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABBAAAAAAZp70QAAAAAnRSTlMAB+j3WJsAAAALSURBVHicY2DvBwAAoACXGaRFiAAAAABJRU5ErkJggg=="

  @Test func aTransparentGrayIsNoPhaseAndFewBitsReachFromEndToEnd() throws {
    let bytes = try #require(Data(base64Encoded: Self.transparentGray))
    let picture = try withFolder { folder in
      let path = folder.appending(path: "a.png")
      try bytes.write(to: path)
      return try PhasePicture(pngFile: path.path)
    }
    #expect(picture.hasData == [true, false, true, true])
    #expect(picture.gray == [0, LabelledPatches.noData, 136, 255])
  }

  @Test func otherColoursAreRefused() throws {
    let expected: Pictures = try Expected.read("palettes.json")
    for (name, colours) in expected.unknown {
      let decoded = PhasePicture(bands: Self.bands(colours), grid: Grid(height: 1, width: colours.count))
      #expect(decoded == nil, "\(name) was taken for \(decoded?.palette?.name ?? "nothing")")
    }
  }
}
