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
        "Shows a model's metadata and layers, and where activations can be stored.",
      discussion: """
        The metadata describe the training data, how places were split, scores, limitations, the reviews used, and the \
        training settings.

        Activations can be stored for the layers with a number in the last column, bytes per patch in half precision. \
        Set store-activations in a job file to one of these layers.
        """)

    @Argument(
      help: ArgumentHelp("Model: a file, a name or SHA-256 in the registry, or default.", valueName: "model"))
    var model: String

    @OptionGroup var root: Root

    /// The most frequently needed entries come first, and what other outputs tell comes last.
    private static func card(_ file: ModelFile) -> String {
      let metadata = file.metadata
      let first = ["splits", "scores", "limits", "reviews"]
      let others = metadata.remarks.keys.filter { !first.contains($0) }.sorted()
      let lines = (first + others).compactMap { key in
        metadata.remarks[key].map { "\(key.replacing("_", with: " ")): \($0)" }
      }
      // Models may come from untrusted sources, so control characters must not reach the terminal.
      let outputs = file.outputDescriptions.map { "\($0.name): \($0.text)" }
      return (["trained on: \(metadata.trainingData)"] + lines + outputs).map { line in
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
          \(metadata.classNames.joined(separator: ", ")); deformation class \(metadata.deformationClass)
          \(Self.card(file))\(file.seenPixels.remark.map { "\nsome pixels are not covered: \($0)" } ?? "")

          """)
        let splitPoints = Dictionary(
          file.splitPoints.map { ($0.layer, $0) }, uniquingKeysWith: { first, _ in first })
        var table = AlignedTable(
          header: ["layer", "operation", "output", "MFLOP", "bytes per patch"], leftAligned: [0, 1])
        for layer in file.summary.layers {
          table.append([
            layer.name, layer.operation, layer.outputShape.map(String.init).joined(separator: " × "),
            String(format: "%.1f", layer.megaflop), splitPoints[layer.name].map { String(2 * $0.count) } ?? "",
          ])
        }
        print(table.text)
        let summary = file.summary
        print("\n\(summary.parameterCount) parameters, \(Int(summary.megaflop.rounded())) MFLOP per patch")
      } catch {
        throw ExitStatus.after(error, in: "model inspect")
      }
    }
  }
}
