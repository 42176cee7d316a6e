import ArgumentParser
import Foundation
import NeuralNetwork

/// `volcsweep model`: what a model file is and costs.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Tells what a model costs.", subcommands: [Plan.self])

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
    var batch = 128

    @Flag(help: "Choose by the layers' shapes instead of by timing.")
    var untimed = false

    @Option(help: "float32, or bfloat16 where oneDNN and the processor have it.")
    var precision = Precision.float32

    @Option(help: "Who multiplies: cblas, oneDNN, or both to have each tried.")
    var library = "cblas"

    func validate() throws {
      guard (1...4096).contains(batch) else { throw ValidationError("the batch is \(batch), not from 1 to 4096") }
      guard libraries != nil else { throw ValidationError("the library is \(library), not cblas, oneDNN or both") }
    }

    func run() throws {
      BLASAdvice.take(command: "model plan")
      do {
        let file = try ModelFile(contentsOf: URL(filePath: model))
        let plan = try NeuralNetwork.Plan.make(
          for: file, batchCapacity: batch, precision: precision, libraries: libraries ?? [.cblas],
          trial: untimed ? .none : .timed)
        print(try PlanReport(plan, of: file))
      } catch {
        Terminal.say("volcsweep model plan: \(error)")
        throw ExitStatus.failed
      }
    }

    private var libraries: Set<ProductLibrary>? {
      library == "both" ? Set(ProductLibrary.allCases) : ProductLibrary(rawValue: library).map { [$0] }
    }
  }
}

extension Precision: ExpressibleByArgument {}
