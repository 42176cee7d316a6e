import ArgumentParser
import Foundation
import Imaging
import NeuralNetwork

/// `volcsweep model`: lists, describes and compares the models of a run root.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Keeps the models of a run root, and tells what a model is and costs.",
    discussion: """
      A run root is the folder that holds run folders. Its models lie in its folder models, each under the SHA-256 of its \
      bytes; sweeps add theirs. A model is named by a file, by default for the one that is shipped, by its name, or by \
      the first six digits or more of its SHA-256.
      """,
    subcommands: [Add.self, List.self, Inspect.self, Compare.self, Plan.self])

  /// Where the registry is.
  struct Root: ParsableArguments {
    @Option(help: ArgumentHelp("The run root.", valueName: "folder"))
    var root = "runs"

    var choice: ModelChoice { ModelChoice(root: URL(fileURLWithPath: root, isDirectory: true)) }
  }

  /// `volcsweep model plan MODEL`
  struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan",
      abstract: "Tries the kernels for each layer on this machine and prints the plan.",
      discussion:
        "The share of the peak counts the direct way's operations, so a kernel that needs fewer may pass 100.")

    @Argument(help: ArgumentHelp("An ONNX or safetensors file.", valueName: "model"))
    var model: String

    @Option(help: "The patches of a batch.")
    var batch = BatchSize.standard

    @Flag(help: "Choose by the layers' shapes instead of by timing.")
    var untimed = false

    @Option(help: "float32, or bfloat16 where oneDNN and the processor have it.")
    var precision = Precision.float32

    @Option(help: "Who multiplies: cblas, oneDNN, or both to have each tried.")
    var library = "cblas"

    @Option(
      help: "The method, which tells how far apart patches start that may share layers: jgr2018 or biggs2022.")
    var profile = "jgr2018"

    func validate() throws {
      guard MethodProfile.Name(rawValue: profile) != nil else {
        throw ValidationError("the profile is \(profile), not jgr2018 or biggs2022")
      }
      guard (1...4096).contains(batch) else { throw ValidationError("the batch is \(batch), not from 1 to 4096") }
      guard libraries != nil else { throw ValidationError("the library is \(library), not cblas, oneDNN or both") }
    }

    func run() throws {
      BLASAdvice.take(command: "model plan")
      do {
        let file = try ModelFile(contentsOf: URL(filePath: model))
        let plan = try NeuralNetwork.Plan.make(
          for: file, batchCapacity: batch, precision: precision, libraries: libraries ?? [.cblas],
          patchStride: MethodProfile(MethodProfile.Name(rawValue: profile) ?? .jgr2018).stride,
          trial: untimed ? .none : .timed)
        print(try PlanReport(plan, of: file))
      } catch {
        throw ExitStatus.after(error, in: "model plan")
      }
    }

    private var libraries: Set<ProductLibrary>? {
      library == "both" ? Set(ProductLibrary.allCases) : ProductLibrary(rawValue: library).map { [$0] }
    }
  }
}

extension Precision: ExpressibleByArgument {}
