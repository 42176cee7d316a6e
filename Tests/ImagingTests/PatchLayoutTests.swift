import Imaging
import Interferometry
import Testing

/// Patches at several scales.
@Suite struct PatchLayoutTests {
  private func layout(_ height: Int, _ width: Int) throws -> PatchLayout {
    try #require(MethodProfile.multiscale.layout(of: Grid(height: height, width: width)))
  }

  @Test func anInterferogramOf500PixelsHasFourteenPatchesAtThreeScales() throws {
    let layout = try layout(500, 500)
    #expect(layout.scales.map(\.factor) == [1, 2, 4])
    #expect(layout.scales.map(\.patches.rowStarts) == [[0, 140, 280], [0, 28], [0]])
    #expect(layout.scales.map(\.patches.columnStarts) == [[0, 140, 280], [0, 28], [0]])
    #expect(layout.scales.map(\.canvas.height) == [504, 252, 224])
    #expect(layout.scales.map(\.top) == [2, 1, 49])
    #expect(layout.scales.map(\.firstPatch) == [0, 9, 13])
    #expect(layout.count == 14)
    #expect(layout.scale(ofPatch: 8).scale.factor == 1)
    #expect(layout.scale(ofPatch: 9).scale.factor == 2)
    #expect(layout.scale(ofPatch: 12).patch == 3)
    #expect(layout.scale(ofPatch: 13).scale.factor == 4)
  }

  @Test func everyPixelOfEveryScaleIsInAPatchAndPatchesLieOnTheLattice() throws {
    for height in [28, 29, 100, 223, 224, 225, 333, 368, 369, 499, 501, 777, 2001] {
      for width in [64, 224, 500, 1013] {
        for scale in try layout(height, width).scales {
          let patches = scale.patches
          for (starts, length, margin) in [
            (patches.rowStarts, scale.raster.height, scale.top),
            (patches.columnStarts, scale.raster.width, scale.left),
          ] {
            #expect(starts.allSatisfy { $0 % PatchGrid.latticeStep == 0 })
            #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 <= 144 })
            let end = (starts.last ?? 0) + patches.size
            #expect(margin >= 0 && margin + length <= end)
            // No patch more than needed, and the margin is no wider than rounding makes it.
            #expect(starts.count == 1 || end - length < PatchGrid.latticeStep * starts.count)
          }
          #expect(scale.canvas.height == (patches.rowStarts.last ?? 0) + patches.size)
        }
      }
    }
  }

  @Test func scalesThatLeaveNothingToSeeAreLeftOut() throws {
    #expect(try layout(500, 100).scales.map(\.factor) == [1, 2])
    #expect(try layout(55, 55).scales.map(\.factor) == [1])
    #expect(MethodProfile.multiscale.layout(of: Grid(height: 27, width: 500)) == nil)
  }

  @Test func thePapersProfilesHaveOnePlainScale() throws {
    let layout = try #require(MethodProfile.jgr2018.layout(of: Grid(height: 500, width: 336)))
    #expect(layout.scales.count == 1)
    #expect(layout.scales[0].isPlain)
    #expect(layout.count == 4 * 2)
  }

  @Test func modelsOfAnotherInputSizeKeepTheOverlap() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Grid(height: 500, width: 500), patchSize: 112))
    #expect(layout.scales[0].patches.size == 112)
    #expect(layout.scales[0].patches.rowStarts.count == 7)
  }
}
