import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Learning

@Suite struct PageTests {
  private func patches(_ count: Int) throws -> LabelledPatches {
    try LabelledPatches(
      side: 32, gray: (0..<(count * 32 * 32)).map { UInt8($0 * 3 % 256) }, deforms: (0..<count).map { $0 % 2 == 0 },
      isHardNegative: (0..<count).map { $0 % 4 == 1 }, places: (0..<count).map { "place <\($0 % 3)>" },
      origins: (0..<count).map { "origin & \($0)" })
  }

  @Test func picturesArePNGFilesThatReadBack() throws {
    try withFolder { folder in
      let path = folder.appending(path: "a.png")
      let gray = (0..<(20 * 20)).map { UInt8($0 % 251) }
      var hasData = [Bool](repeating: true, count: 400)
      hasData[0] = false
      try Picture.png(of: gray[...], hasData: hasData, side: 20).write(to: path)
      let picture = try ImageReader(pngFile: path.path)
      #expect(picture.grid == Grid(height: 20, width: 20))
      #expect(picture.bands.count >= 3)
      #expect([0, 1, 2].map { picture.bands[$0][0] } == [0xE6, 0xE6, 0xE6])
      // The colours go around once: the hue is the phase.
      let phase = try PhasePicture(pngFile: path.path)
      for pixel in 1..<400 where phase.hasData[pixel] {
        #expect(abs(Int(phase.gray[pixel]) - Int(gray[pixel])) % 253 <= 6)
      }
      try Picture.png(of: gray[...], hasData: hasData, side: 20, shrink: 3).write(to: path)
      #expect(try ImageReader(pngFile: path.path).grid == Grid(height: 7, width: 7))
    }
  }

  @Test func thePageHoldsFiguresCurvesAndTheWorstMistakesOfEachModel() throws {
    let patches = try patches(24)
    let models = ["one", "two <b>"].enumerated().map { number, name in
      ModelScores(
        ScoredPatches(
          model: name, scores: (0..<24).map { Float(($0 * (7 + number)) % 24) / 24 }, of: patches),
        folds: [Array(0..<12), Array(12..<24)])
    }
    var page = EvaluationPage(title: "Test", remarks: ["24 patches"], models: models, patches: patches)
    page.mistakes = 3
    let html = page.html
    #expect(html.components(separatedBy: "data:image/png;base64,").count - 1 == 12)
    #expect(html.components(separatedBy: "<svg").count - 1 == 2)
    #expect(html.contains("two &lt;b&gt;") && !html.contains("two <b>") && html.contains("place &lt;0&gt;"))
    #expect(html.contains("pooled"))
    #expect(html.contains("<th scope=\"col\">figure</th><th scope=\"col\">one</th>"))
    #expect(html.contains("<tr><td>deforming</td><td>12</td><td>12</td></tr>"))
    #expect(html == page.html)
    let worst = models[0].scored.worst(1, deforming: false)
    #expect(html.contains("origin &amp; \(worst[0])"))
  }

  @Test func aCentralWindowKeepsItsLabelsAndMovesItsBoxes() throws {
    let gray = (0..<49).map { UInt8($0) }
    let set = try LabelledPatches(
      side: 7, gray: gray, deforms: [true], places: ["a"],
      boxes: [PatchBox(centreRow: 3, centreColumn: 2, halfHeight: 1.5, halfWidth: 2.5)])
    let central = set.central(side: 4)
    #expect(Array(central.gray(of: 0)) == [8, 9, 10, 11, 15, 16, 17, 18, 22, 23, 24, 25, 29, 30, 31, 32])
    #expect(central.boxes[0] == PatchBox(centreRow: 2, centreColumn: 1.5, halfHeight: 1.5, halfWidth: 2))
    #expect(set.central(side: 7) == set)
  }
}
