import Foundation

/// One axis of a chart: its range, and the positions of numbers.
struct ChartAxis {
  let range: ClosedRange<Double>
  private let pixels: Double

  /// - Parameters:
  ///   - range: Range of the axis; `nil` for the range of the values.
  ///   - values: Values to draw; those that are not finite are ignored.
  ///   - pixels: Length of the axis.
  init(_ range: ClosedRange<Double>?, for values: [Double], pixels: Double) {
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    self.range = range ?? (low < high ? low...high : (low - 0.5)...(low + 0.5))
    self.pixels = pixels
  }

  /// Pixels from the axis' beginning.
  func position(of value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound) * pixels
  }

  /// At most nine round numbers.
  var ticks: [Double] {
    let span = range.upperBound - range.lowerBound
    var step = pow(10, (log10(span / 4)).rounded(.down))
    while span / step > 8 { step *= span / step > 16 ? 5 : 2 }
    var ticks: [Double] = []
    var tick = (range.lowerBound / step).rounded(.up)
    while tick * step <= range.upperBound + step * 1e-9 {
      ticks.append(tick * step)
      tick += 1
    }
    return ticks
  }

  /// A number with up to three decimals.
  static func short(_ number: Double) -> String {
    var text = String(format: "%.3f", number)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
