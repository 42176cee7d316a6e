import Foundation

/// A chart of curves as SVG, standalone or inside a page.
public struct Chart {
  /// A curve with its name.
  public struct Curve {
    let name: String
    let points: [(x: Double, y: Double)]
    /// Whether points are drawn as dots.
    let hasDots: Bool
    /// Whether points are connected by lines.
    let hasLine: Bool

    public init(name: String, points: [(x: Double, y: Double)], hasDots: Bool = false, hasLine: Bool = true) {
      (self.name, self.points, self.hasDots, self.hasLine) = (name, points, hasDots, hasLine)
    }
  }

  /// Position of the legend, at the right.
  public enum Legend { case top, bottom }

  let title: String
  let horizontal: String
  let vertical: String
  let curves: [Curve]
  /// `nil` for the range of the points.
  let horizontalRange: ClosedRange<Double>?
  let verticalRange: ClosedRange<Double>?
  /// Whether the diagonal is drawn.
  let hasDiagonal: Bool
  let legend: Legend
  /// Size of the plot area, pixels.
  let plot: (width: Double, height: Double)

  public init(
    title: String, horizontal: String, vertical: String, curves: [Curve],
    horizontalRange: ClosedRange<Double>? = nil,
    verticalRange: ClosedRange<Double>? = nil, hasDiagonal: Bool = false, legend: Legend = .top,
    plot: (width: Double, height: Double) = (556, 328)
  ) {
    (self.title, self.horizontal, self.vertical, self.curves) = (title, horizontal, vertical, curves)
    (self.horizontalRange, self.verticalRange) = (horizontalRange, verticalRange)
    (self.hasDiagonal, self.legend, self.plot) = (hasDiagonal, legend, plot)
  }

  private static let (left, right, top, bottom) = (62.0, 20.0, 40.0, 52.0)
  private static let colours = ["#0b6e99", "#c2410c", "#3f6212", "#7e22ce", "#9f1239", "#525252"]

  /// The chart as an SVG element.
  public var svg: String {
    let xs = ChartAxis(horizontalRange, for: curves.flatMap { $0.points.map(\.x) }, pixels: plot.width)
    let ys = ChartAxis(verticalRange, for: curves.flatMap { $0.points.map(\.y) }, pixels: plot.height)
    func x(_ value: Double) -> String { ChartAxis.short(Self.left + xs.position(of: value)) }
    func y(_ value: Double) -> String { ChartAxis.short(Self.top + plot.height - ys.position(of: value)) }
    let end = (x: Self.left + plot.width, y: Self.top + plot.height)
    let size = (width: ChartAxis.short(end.x + Self.right), height: ChartAxis.short(end.y + Self.bottom))
    let middle = (x: Self.left + plot.width / 2, y: Self.top + plot.height / 2)
    var parts = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size.width) \(size.height)" width="\(size.width)" \
      height="\(size.height)" font-family="system-ui, sans-serif" font-size="13" role="img">
      <title>\(HTMLPage.escaped(title))</title>
      <rect width="100%" height="100%" fill="#fff"/>
      """,
      Self.text(title, at: middle.x, 22, size: 15),
      Self.text(horizontal, at: middle.x, end.y + Self.bottom - 12),
      """
      <text transform="translate(16 \(ChartAxis.short(middle.y))) rotate(-90)" text-anchor="middle">\
      \(HTMLPage.escaped(vertical))</text>
      """,
    ]
    for tick in xs.ticks {
      parts.append(
        "<path d=\"M\(x(tick)) \(ChartAxis.short(end.y))V\(ChartAxis.short(Self.top))\" stroke=\"#ddd\"/>")
      parts.append(Self.text(ChartAxis.short(tick), at: Self.left + xs.position(of: tick), end.y + 18))
    }
    for tick in ys.ticks {
      let line = end.y - ys.position(of: tick)
      parts.append(
        "<path d=\"M\(ChartAxis.short(Self.left)) \(y(tick))H\(ChartAxis.short(end.x))\" stroke=\"#ddd\"/>")
      parts.append(Self.text(ChartAxis.short(tick), at: Self.left - 6, line + 4, anchor: "end"))
    }
    if hasDiagonal {
      parts.append(
        "<path d=\"M\(x(xs.range.lowerBound)) \(y(ys.range.lowerBound))L\(x(xs.range.upperBound)) "
          + "\(y(ys.range.upperBound))\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>")
    }
    for (number, curve) in curves.enumerated() {
      let colour = Self.colours[number % Self.colours.count]
      let points = curve.points.filter { $0.x.isFinite && $0.y.isFinite }.map { (x: x($0.x), y: y($0.y)) }
      let coordinates = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
      if curve.hasLine {
        parts.append("<polyline points=\"\(coordinates)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
      }
      if curve.hasDots {
        parts += points.map { "<circle cx=\"\($0.x)\" cy=\"\($0.y)\" r=\"3\" fill=\"\(colour)\"/>" }
      }
      let row =
        legend == .top ? Self.top + 16 + 18 * Double(number) : end.y - 8 - 18 * Double(curves.count - 1 - number)
      parts.append(Self.text(curve.name, at: end.x - 8, row, anchor: "end", colour: colour))
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  /// Size of a square plot area, pixels.
  public static let square = (width: 380.0, height: 380.0)

  private static func text(
    _ text: String, at x: Double, _ y: Double, anchor: String = "middle", size: Int? = nil, colour: String? = nil
  ) -> String {
    "<text x=\"\(ChartAxis.short(x))\" y=\"\(ChartAxis.short(y))\" text-anchor=\"\(anchor)\""
      + (size.map { " font-size=\"\($0)\"" } ?? "") + (colour.map { " fill=\"\($0)\"" } ?? "")
      + ">\(HTMLPage.escaped(text))</text>"
  }
}
