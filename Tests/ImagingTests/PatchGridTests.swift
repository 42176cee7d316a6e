import Foundation
import Imaging
import Interferometry
import Testing

struct PatchGridTests {
  private func starts(_ profile: MethodProfile, _ length: Int, alignment: Int = 1) throws -> [Int] {
    let patches = try #require(
      profile.layout(of: Grid(height: length, width: 800), alignment: alignment)?.scales[0].patches)
    return patches.rowStarts
  }

  @Test func paperPatchesOverlapByHalfAndEndFlush() throws {
    #expect(try starts(.jgr2018, 500) == [0, 112, 224, 276])
    #expect(try starts(.jgr2018, 448) == [0, 112, 224])
    #expect(try starts(.jgr2018, 449) == [0, 112, 224, 225])
    #expect(try starts(.jgr2018, 224) == [0])
    #expect(try starts(.jgr2018, 225) == [0, 1])
  }

  @Test func publishedCodesPatchesEndFlush() throws {
    #expect(try starts(.biggs2022, 500) == [0, 56, 112, 168, 224, 273])
    #expect(try starts(.biggs2022, 283) == [0, 56])
    #expect(try starts(.biggs2022, 499) == [0, 56, 112, 168, 224, 272])
    #expect(try starts(.biggs2022, 227) == [0])
  }

  @Test func alignedPatchesEndOnAMultiple() throws {
    #expect(try starts(.jgr2018, 500, alignment: 16) == [0, 112, 224, 272])
    #expect(try starts(.jgr2018, 500, alignment: 32) == [0, 112, 224, 256])
    #expect(try starts(.jgr2018, 230, alignment: 16) == [0])
  }

  @Test func everyPixelIsCoveredAndNoPatchSticksOut() throws {
    for profile in [MethodProfile.jgr2018, .biggs2022] {
      for length in 227...620 {
        let starts = try starts(profile, length)
        #expect(starts == Array(Set(starts)).sorted())
        #expect(starts.first == 0)
        #expect(starts.last == length - profile.patchSize)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 <= profile.stride })
      }
    }
  }

  @Test func rastersSmallerThanAPatchHaveNone() {
    #expect(MethodProfile.jgr2018.layout(of: Grid(height: 223, width: 500))?.scales[0].patches == nil)
    #expect(MethodProfile.jgr2018.layout(of: Grid(height: 500, width: 223))?.scales[0].patches == nil)
    #expect(MethodProfile.biggs2022.layout(of: Grid(height: 226, width: 227))?.scales[0].patches == nil)
  }

  @Test func patchesAreNumberedRowByRow() throws {
    let patches = try #require(MethodProfile.jgr2018.layout(of: Grid(height: 500, width: 336))?.scales[0].patches)
    #expect(patches.count == 8)
    let origins = (0..<8).map { patches.origin(of: $0) }
    #expect(origins.map(\.row) == [0, 0, 112, 112, 224, 224, 276, 276])
    #expect(origins.map(\.column) == [0, 112, 0, 112, 0, 112, 0, 112])
  }

  @Test func smallerNetworksSeeTheCentralWindow() throws {
    let patches = try #require(MethodProfile.biggs2022.layout(of: Grid(height: 500, width: 500))?.scales[0].patches)
    #expect(patches.centralWindow(inputSize: 227) == 0)
    #expect(patches.centralWindow(inputSize: 224) == 1)
    #expect(patches.centralWindow(inputSize: 199) == 14)
    #expect(patches.centralWindow(inputSize: 228) == nil)
    #expect(patches.centralWindow(inputSize: 0) == nil)
  }

  @Test func profilesSurviveCoding() throws {
    for name in MethodProfile.Name.allCases {
      let profile = MethodProfile(name)
      let coded = try JSONEncoder().encode(profile)
      #expect(try JSONDecoder().decode(MethodProfile.self, from: coded) == profile)
    }
  }
}
