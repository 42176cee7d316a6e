import FormulaNetworks
import Testing

@testable import NeuralNetwork

@Suite struct GrayInputTests {
  /// The padding is 0 after the preprocessing, so a patch's edges show whether the means are folded rightly.
  @Test(arguments: ["asymmetric_convolution", "separable", "one_sigmoid", "residual"])
  func foldedFirstConvolutionEqualsTheOneOverPreprocessedChannels(name: String) throws {
    let model = try ModelFile(contentsOf: NetworkFiles.operators(name))
    let size = model.metadata.inputSize
    let mean: [Float] = [104, 117.5, 124]
    let scale: [Float] = [0.01, 0.02, -0.005]
    let gray = FormulaNumbers.patch(0, size: size) + FormulaNumbers.patch(2, size: size)
    let folded = try Runner(model.graph, input: .gray(mean: mean, scale: scale), batchCapacity: 2)
    folded.run(gray, count: 2)
    let plain = try Runner(model.graph, input: .tensor, batchCapacity: 2)
    let pixels = size * size
    let tensor = (0..<2).flatMap { patch in
      (0..<3).flatMap { channel in
        gray[(patch * pixels)..<((patch + 1) * pixels)].map { ($0 - mean[channel]) * scale[channel] }
      }
    }
    plain.run(tensor, count: 2)
    for patch in 0..<2 {
      let difference = zip(folded.output(patch), plain.output(patch)).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 2e-5)
    }
  }
}
