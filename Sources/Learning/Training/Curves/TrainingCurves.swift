import Files
import Foundation
import Tables

/// Training curves as tables and plots.
public struct TrainingCurves: Sendable {
  let history: TrainingHistory
  /// ROC curve of the kept network on the validation patches.
  let curve: ROCCurve?

  public init(history: TrainingHistory, curve: ROCCurve?) {
    self.history = history
    self.curve = curve
  }

  /// Writes `loss.csv` and `loss.svg`, and if there is a curve `roc.csv` and `roc.svg`.
  ///
  /// - Parameter folder: Created if it does not exist.
  /// - Throws: errors of the file system.
  public func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var files = [("loss.csv", lossTable), ("loss.svg", lossPicture)]
    if let curve {
      files += [("roc.csv", Self.table(curve)), ("roc.svg", Self.picture(curve))]
    }
    for (name, text) in files {
      try AtomicFile.replace(folder.appending(path: name).path, with: Data(text.utf8))
    }
  }

  var lossTable: String {
    var table = CommaSeparatedTable(
      header: ["epoch", "learning_rate", "training_loss", "validation_loss", "validation_auc"])
    for epoch in history.epochs {
      table.append([
        "\(epoch.number)", "\(epoch.learningRate)", "\(epoch.trainingLoss)",
        epoch.validationLoss.map { "\($0)" } ?? "", epoch.validationArea.map { "\($0)" } ?? "",
      ])
    }
    return table.text
  }

  var lossPicture: String {
    let training = history.epochs.map { (Double($0.number), $0.trainingLoss) }
    let validation = history.epochs.compactMap { epoch in
      epoch.validationLoss.map { (Double(epoch.number), $0) }
    }
    var curves = [Chart.Curve(name: "training", points: training)]
    if !validation.isEmpty { curves.append(Chart.Curve(name: "validation", points: validation)) }
    return Chart(title: "Loss by epoch", horizontal: "epoch", vertical: "loss", curves: curves).svg
  }

  private static func table(_ curve: ROCCurve) -> String {
    var table = CommaSeparatedTable(header: ["threshold", "false_positive_rate", "true_positive_rate"])
    for (point, rate) in zip(curve.points, curve.rates) {
      table.append([
        point.threshold.isFinite ? "\(point.threshold)" : "", "\(rate.falsePositive)", "\(rate.truePositive)",
      ])
    }
    return table.text
  }

  private static func picture(_ curve: ROCCurve) -> String {
    let area = String(format: "area %.3f", curve.area)
    return Chart.ofReceiver([(area, curve)], title: "Receiver operating characteristic, validation").svg
  }
}
