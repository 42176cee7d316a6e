import Foundation
import Testing

@testable import Learning
@testable import Tables

@Suite struct ChartTests {
  @Test func ticksAreRoundAndPlacesProportional() {
    let axis = ChartAxis(0...1, for: [], pixels: 200)
    #expect(axis.ticks.map(ChartAxis.short) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(axis.position(of: 0.25) == 50)
    let needed = ChartAxis(nil, for: [3, .nan, 11, .infinity], pixels: 80)
    #expect(needed.range == 3...11 && needed.position(of: 4) == 10)
    #expect(needed.ticks == [3, 4, 5, 6, 7, 8, 9, 10, 11])
    #expect(ChartAxis(nil, for: [2], pixels: 1).range == 1.5...2.5)
    #expect(ChartAxis(nil, for: [], pixels: 1).range == 0...1)
    #expect([-0.0001, 1, 0.25, 12.3456].map(ChartAxis.short) == ["0", "1", "0.25", "12.346"])
  }

  @Test func curvesLieWhereTheirPointsAreAndBothAxesSayWhatTheyAre() {
    let chart = Chart(
      title: "A & B", horizontal: "x <m>", vertical: "y",
      curves: [
        Chart.Curve(name: "one", points: [(0, 0), (0.5, .nan), (1, 1)]),
        Chart.Curve(name: "two", points: [(0, 1)], hasDots: true),
      ], horizontalRange: 0...1, verticalRange: 0...1, hasDiagonal: true, plot: (100, 100))
    let svg = chart.svg
    #expect(svg.contains("<polyline points=\"62,140 162,40\""))
    #expect(svg.contains("<circle cx=\"62\" cy=\"40\""))
    #expect(
      svg.contains(">x &lt;m&gt;</text>") && svg.contains(">y</text>") && svg.contains("<title>A &amp; B</title>"))
    #expect(svg.contains("stroke-dasharray"))
    let parser = XMLText(Data(svg.utf8))
    #expect(parser.elements["polyline"] == 2 && parser.elements["circle"] == 1)
  }
}
