import Tables

extension Chart {
  /// ROC curves with their names.
  static func ofReceiver(_ curves: [(name: String, curve: ROCCurve)], title: String) -> Chart {
    Chart(
      title: title, horizontal: "false positive rate (quiet patches classified as deforming)",
      vertical: "true positive rate (deforming patches found)",
      curves: curves.map { name, curve in
        Curve(name: name, points: curve.rates.map { (x: $0.falsePositive, y: $0.truePositive) })
      }, horizontalRange: 0...1, verticalRange: 0...1, hasDiagonal: true, legend: .bottom, plot: square)
  }
}
