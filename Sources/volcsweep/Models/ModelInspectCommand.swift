import ArgumentParser
import Foundation
import NeuralNetwork
import Tables

extension ModelCommand {
  /// `volcsweep model inspect MODEL`
  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "inspect",
      abstract:
        "Tells what a model is, says of itself and does layer by layer, and where activations can be stored.",
      discussion: """
        What it says of itself comes from its metadata: on what it was trained, how places were split, its scores, its \
        limits, the reviews that made it, and how the training was set.

        Activations can be stored behind the layers that have bytes a patch in the last column (half precision): all \
        that the layers behind them know of a patch passes there. A job's store-activations names one.
        """)

    @Argument(help: ArgumentHelp("A model.", valueName: "model"))
    var model: String

    @OptionGroup var root: Root

    /// The most frequently needed entries come first.
    private static func card(_ metadata: ModelMetadata) -> String {
      let first = ["splits", "scores", "limits", "reviews"]
      let others = metadata.remarks.keys.filter { !first.contains($0) }.sorted()
      let lines = (first + others).compactMap { key in
        metadata.remarks[key].map { "\(key.replacing("_", with: " ")): \($0)" }
      }
      // Models may come from untrusted sources, so control characters must not reach the terminal.
      return (["trained on: \(metadata.trainingData)"] + lines).map { line in
        String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
      }.joined(separator: "\n")
    }

    func run() throws {
      do {
        let url = try root.choice.file(model)
        let file = try ModelFile(contentsOf: url)
        let metadata = file.metadata
        print(
          """
          \(metadata.name) \(metadata.version), \(url.path)
          input \(metadata.channels) × \(metadata.inputSize) × \(metadata.inputSize), classes \
          \(metadata.classNames.joined(separator: ", ")); deforming is \(metadata.deformationClass)
          \(Self.card(metadata))\(file.seenPixels.remark.map { "\nnot all is seen: \($0)" } ?? "")

          """)
        let cuts = Dictionary(file.cuts.map { ($0.layer, $0) }, uniquingKeysWith: { first, _ in first })
        var table = AlignedTable(
          header: ["layer", "operation", "output", "MFLOP", "bytes a patch"], leftAligned: [0, 1])
        for layer in file.summary.layers {
          table.append([
            layer.name, layer.operation, layer.outputShape.map(String.init).joined(separator: " × "),
            String(format: "%.1f", layer.megaflop), cuts[layer.name].map { String(2 * $0.count) } ?? "",
          ])
        }
        print(table.text)
        let summary = file.summary
        print("\n\(summary.parameterCount) parameters, \(Int(summary.megaflop.rounded())) MFLOP a patch")
      } catch {
        throw ExitStatus.after(error, in: "model inspect")
      }
    }
  }
}
