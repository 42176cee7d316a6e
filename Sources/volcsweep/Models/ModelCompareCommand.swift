import ArgumentParser
import Foundation
import NeuralNetwork
import Tables

extension ModelCommand {
  /// `volcsweep model compare A B`
  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "compare",
      abstract: "Compares two models and shows what a rescoring can reuse.")

    @Argument(help: ArgumentHelp("Older model.", valueName: "model-a"))
    var first: String

    @Argument(help: ArgumentHelp("Newer model.", valueName: "model-b"))
    var second: String

    @OptionGroup var root: Root

    func run() throws {
      do {
        let models = try [first, second].map { try ModelFile(contentsOf: root.choice.file($0)) }
        let (older, newer) = (models[0], models[1])
        var table = AlignedTable(header: ["", first, second], leftAligned: [0, 1, 2])
        for (name, value) in Self.properties {
          let values = models.map(value)
          table.append([name, values[0], values[1] == values[0] ? "same" : values[1]])
        }
        print("\(table.text)\n\n\(Self.sharing(older, newer))")
      } catch {
        throw ExitStatus.after(error, in: "model compare")
      }
    }

    private static let properties: [(String, @Sendable (ModelFile) -> String)] = [
      ("model", { "\($0.metadata.name) \($0.metadata.version)" }),
      ("input", { "\($0.metadata.channels) × \($0.metadata.inputSize) × \($0.metadata.inputSize)" }),
      ("classes", { $0.metadata.classNames.joined(separator: ", ") }),
      ("other outputs", { $0.otherOutputs.joined(separator: ", ") }),
      ("layers", { String($0.summary.layers.count) }),
      ("parameters", { String($0.summary.parameterCount) }),
      ("MFLOP per patch", { String(Int($0.summary.megaflop.rounded())) }),
      ("trained on", { $0.metadata.trainingData }),
    ]

    private static func sharing(_ older: ModelFile, _ newer: ModelFile) -> String {
      guard let splitPoint = newer.lastSharedSplitPoint(with: older) else {
        return
          "The models share no layers: a rescoring reads the pixels again, and reuses the gate's results if the patches stay the same."
      }
      let layers = newer.summary.layers
      let names = layers.map(\.name)
      let count = (names.firstIndex(of: splitPoint.layer) ?? 0) + 1
      let all = layers.reduce(0) { $0 + $1.megaflop }
      let shared = layers.prefix(count).reduce(0) { $0 + $1.megaflop }
      return
        "The models share the first \(count) of \(names.count) layers with their weights, up to \(splitPoint.layer): "
        + String(format: "%.1f %% of the operations. ", 100 * shared / max(all, 1e-9))
        + "A rescoring can start from stored activations of \(splitPoint.layer) (\(2 * splitPoint.count) bytes per patch) or of a layer "
        + "before it."
    }
  }
}
