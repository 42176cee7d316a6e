import Foundation
import Interferometry
import Synthesis
import Testing

@testable import Learning

@Suite struct HephaestusCropsTests {
  /// A picture whose gray at (row, column) is (row + 2 · column) mod 256, by a PNG encoder of Python's own library.
  private func writePicture(_ path: URL, height: Int, width: Int, colour: Bool = false) throws {
    try FileManager.default.createDirectory(
      at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(
      filePath: ProcessInfo.processInfo.environment["VOLCSWEEP_PYTHON"] ?? "/usr/bin/python3")
    process.arguments = [
      Expected.file("write_picture.py").path, path.path, String(height), String(width), colour ? "colour" : "gray",
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  private func entry(_ id: Int, _ annotation: Annotation) throws -> HephaestusAnnotation {
    HephaestusAnnotation(
      uniqueID: id, frame: "087D_07004_060904", pair: try #require(DatePair("20180529_20180616")),
      annotation: annotation)
  }

  @Test func aQuietPictureIsTiledWithoutOverlapFromItsCorner() throws {
    try withFolder { folder in
      let pair = "20180529_20180616"
      let base = folder.appending(path: "087D_07004_060904/interferograms/\(pair)")
      try writePicture(base.appending(path: "\(pair).geo.diff.png"), height: 130, width: 100)
      var crops = HephaestusCrops(images: folder.path)
      crops.side = 48
      var quiet = Annotation()
      quiet.labels = [.nonDeformation]
      quiet.atmosphericFringes = 2
      let (patches, missing, palettes) = try crops.read([entry(12, quiet)])
      #expect(missing == 0 && patches.count == 4 && patches.deformingCount == 0)
      #expect(palettes == [PhasePalette.gray.name: 1])
      #expect(patches.origins == ["12_0", "12_1", "12_2", "12_3"])
      #expect(patches.isHardNegative == [true, true, true, true])
      let last = Array(patches.gray(of: 3))
      #expect(last[0] == 48 + 2 * 48 && last[49] == 49 + 2 * 49)
    }
  }

  @Test func eachPatternIsWholeInAWindowOfItsOwnWithTheOthersLeftIn() throws {
    try withFolder { folder in
      let pair = "20180529_20180616"
      let base = folder.appending(path: "087D_07004_060904/interferograms/\(pair)")
      try writePicture(base.appending(path: "InSAR.png"), height: 150, width: 160)
      var crops = HephaestusCrops(images: folder.path)
      crops.side = 64
      var two = Annotation()
      two.labels = [.deformation]
      two.activityTypes = [.dyke, .sill]
      two.intensities = [.low, .high]
      two.polygons = [[0, 0, 20, 0, 20, 10, 0, 10], [100, 100, 159, 100, 159, 149, 100, 149]]
      two.isCrowd = true
      let entries = try [entry(3, two)]
      for seed in 1..<30 {
        crops.seed = UInt64(seed)
        let patches = try crops.read(entries).patches
        #expect(patches.count == 2 && patches.sources == ["dyke", "sill"] && patches.origins == ["3_0", "3_1"])
        let first = try #require(patches.boxes[0])
        #expect(first.halfWidth == 10.5 && first.halfHeight == 5.5)
        #expect(first.centreColumn == 10 && first.centreRow == 5)
        let second = try #require(patches.boxes[1])
        #expect(second.halfWidth == 30 && second.halfHeight == 25)
        // The gray tells where the window was.
        let (row, column) = (125 - Int(second.centreRow + 0.5), 130 - Int(second.centreColumn + 0.5))
        #expect(Array(patches.gray(of: 1))[0] == UInt8((row + 2 * column) % 256))
      }
      #expect(try crops.read(entries).patches == crops.read(entries).patches)
    }
  }

  @Test func aPatternLargerThanAPatchFillsIt() {
    var crops = HephaestusCrops(images: "")
    crops.side = 10
    var stream = RandomStream(seed: 1, path: 1)
    let starts = Set((0..<200).map { _ in crops.start(holding: 5...24, length: 40, from: &stream) })
    #expect(starts.min() == 5 && starts.max() == 15)
    let edge = Set((0..<200).map { _ in crops.start(holding: 38...39, length: 40, from: &stream) })
    #expect(edge == [30])
  }

  @Test func hueIsPhaseAndWhatHasNoColourHasNoData() throws {
    try withFolder { folder in
      let path = folder.appending(path: "a.png")
      try writePicture(path, height: 4, width: 6, colour: true)
      let picture = try PhasePicture(pngFile: path.path)
      #expect(picture.grid == Grid(height: 4, width: 6))
      // Red, green, blue, gray, transparent red, red.
      #expect(Array(picture.gray[..<6]) == [0, 85, 170, 128, 128, 0])
      #expect(Array(picture.hasData[..<6]) == [true, true, true, false, false, true])
    }
  }

  @Test func interferogramsWithoutAPictureAreCounted() throws {
    var quiet = Annotation()
    quiet.labels = [.nonDeformation]
    let (patches, missing, _) = try HephaestusCrops(images: "/nowhere").read([entry(1, quiet)])
    #expect(patches.count == 0 && missing == 1)
  }
}
