import ArgumentParser
import Foundation
import Imaging
import Names
import NeuralNetwork

/// `volcsweep model`: lists, describes and compares the models of a run root.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Manages and inspects models.",
    discussion: """
      The model registry is the folder ROOT/models, where ROOT is the folder that contains the run folders. Each file \
      in it is named by its SHA-256. Every sweep adds its model.

      Name a model by its file, by its name in the registry, by at least the first 6 digits of its SHA-256, or as \
      default for the built-in model.
      """,
    subcommands: [Add.self, List.self, Inspect.self, Compare.self, Plan.self])

  /// Where the registry is.
  struct Root: ParsableArguments {
    @Option(help: ArgumentHelp("Folder that contains the run folders and the model registry.", valueName: "folder"))
    var root = "runs"

    var choice: ModelChoice { ModelChoice(root: URL(fileURLWithPath: root, isDirectory: true)) }
  }

  /// `volcsweep model plan MODEL`
  struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan",
      abstract: "Times the kernels for each layer on this machine and prints the fastest choice.",
      discussion:
        "The percentage of peak performance counts the operations of direct convolution, so a kernel that needs fewer operations can exceed 100 %."
    )

    @Argument(help: ArgumentHelp("ONNX or safetensors file.", valueName: "model"))
    var model: String

    @Option(help: "Batch size in patches.")
    var batch = BatchSize.standard

    @Flag(help: "Choose kernels by the layers' shapes instead of by timing them.")
    var untimed = false

    @Option(help: "Precision: float32, or bfloat16 if oneDNN and the processor support it.")
    var precision = Precision.float32

    @Option(help: "Matrix library: cblas, oneDNN, or both to try each.")
    var library = "cblas"

    @Option(
      help: """
        Method profile, which sets the patch stride for layers that patches share: multiscale, jgr2018 or biggs2022.
        """)
    var profile = "multiscale"

    func validate() throws {
      guard MethodProfile.Name(rawValue: profile) != nil else {
        throw ValidationError(Self.refusal("--profile", profile, MethodProfile.Name.allCases.map(\.rawValue)))
      }
      guard (1...4096).contains(batch) else {
        throw ValidationError("--batch is \(batch), but must be between 1 and 4096")
      }
      guard libraries != nil else {
        throw ValidationError(
          Self.refusal("--library", library, MatrixLibrary.allCases.map(\.rawValue) + ["both"]))
      }
    }

    private static func refusal(_ option: String, _ value: String, _ allowed: [String]) -> String {
      "\(option) is \(value), but must be one of \(allowed.joined(separator: ", "))"
        + NearNames.question(value, among: allowed)
    }

    func run() throws {
      BLASAdvice.take(command: "model plan")
      do {
        let file = try ModelFile(contentsOf: URL(filePath: model))
        let plan = try NeuralNetwork.Plan.make(
          for: file, batchCapacity: batch, precision: precision, libraries: libraries ?? [.cblas],
          patchStride: MethodProfile(MethodProfile.Name(rawValue: profile) ?? .multiscale).stride,
          trial: untimed ? .none : .timed)
        print(try PlanReport(plan, of: file))
      } catch {
        throw ExitStatus.after(error, in: "model plan")
      }
    }

    private var libraries: Set<MatrixLibrary>? {
      library == "both" ? Set(MatrixLibrary.allCases) : MatrixLibrary(rawValue: library).map { [$0] }
    }
  }
}

extension Precision: ExpressibleByArgument {}
