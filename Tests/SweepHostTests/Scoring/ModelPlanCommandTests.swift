import Foundation
import NeuralNetwork
import Testing

/// `volcsweep model plan`, by the real program.
@Suite(.serialized) struct ModelPlanCommandTests {
  private static let models = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../NeuralNetworkTests/Expected").standardized

  private func plan(_ model: URL, _ options: [String] = []) throws -> (
    status: Int32, output: String, errors: String
  ) {
    try SweepBench(stacks: 0, pairs: 0).run(["model", "plan", model.path] + options)
  }

  @Test func everyLayerHasALineWithItsShapeKernelCostAndShareOfThePeak() throws {
    let file = Self.models.appending(path: "Trunks/first_block.onnx")
    let (status, output, errors) = try plan(file, ["--untimed", "--batch", "4", "--profile", "biggs2022"])
    #expect(status == 0, "\(errors)")
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let head = lines[0].split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    #expect(head == "layer shape kernel MFLOP ms % of peak")
    let model = try ModelFile(contentsOf: file)
    for layer in model.summary.layers where layer.operation == "Conv" || layer.operation == "Gemm" {
      let own = lines.filter { $0.hasPrefix("\(layer.name) ") }
      #expect(!own.isEmpty, "\(layer.name)")
      let shape = layer.outputShape.map(String.init).joined(separator: " × ")
      #expect(own[0].contains("\(shape) ") && own[0].contains("\((layer.megaflop * 10).rounded() / 10) "), "\(own)")
    }
    #expect(output.contains("patches/s in batches of 4; cblas's peak is "))
    // Patches each 56 pixels share the first block, over the interferogram once.
    let shared = try #require(lines.firstIndex { $0.hasPrefix("shared by patches every 56 pixels, over ") })
    #expect(lines[(shared + 1)...].contains { $0.hasPrefix("conv1 ") })
    #expect(lines[(shared + 1)...].contains { $0.hasSuffix(" ms per interferogram") })
  }

  @Test func theProfileTellsWhatPatchesShare() throws {
    let file = Self.models.appending(path: "Trunks/small_sweep.onnx")
    let paper = try plan(file, ["--untimed", "--batch", "2", "--profile", "jgr2018"])
    #expect(paper.status == 0 && paper.output.contains("shared by patches every 112 pixels"), "\(paper.errors)")
    let other = try plan(file, ["--untimed", "--batch", "2", "--profile", "biggs2022"])
    #expect(other.status == 0 && other.output.contains("shared by patches every 56 pixels"), "\(other.errors)")
  }

  @Test func timedPlanNamesAKernelForEachConvolution() throws {
    let file = Self.models.appending(path: "Operators/residual.onnx")
    let (status, output, errors) = try plan(file, ["--batch", "2"])
    #expect(status == 0, "\(errors)")
    let convolutions = try ModelFile(contentsOf: file).summary.layers.filter { $0.operation == "Conv" }
    #expect(!convolutions.isEmpty)
    for layer in convolutions {
      let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("\(layer.name) ") })
      #expect(line.contains("columns") || line.contains("winograd F("), "\(line)")
    }
  }

  @Test func whatCannotBePlannedIsNamed() throws {
    let file = Self.models.appending(path: "Operators/residual.onnx")
    let missing = try plan(Self.models.appending(path: "none.onnx"))
    #expect(missing.status == 1 && missing.errors.hasPrefix("volcsweep model plan: "))
    #expect(missing.errors.contains("none.onnx"))
    let profile = try plan(file, ["--profile", "jgr2019"])
    #expect(
      profile.status == 64
        && profile.errors.contains(
          "--profile is jgr2019, but must be one of jgr2018, biggs2022, multiscale; did you mean jgr2018?")
    )
    let batch = try plan(file, ["--batch", "0"])
    #expect(batch.status == 64 && batch.errors.contains("--batch is 0, but must be between 1 and 4096"))
    let bench = try SweepBench(stacks: 0, pairs: 0)
    try bench.hideOneDNN()
    let precision = try bench.run(["model", "plan", file.path, "--precision", "bfloat16"])
    #expect(precision.status == 1 && precision.errors.contains("oneDNN is not installed"), "\(precision.errors)")
  }
}
