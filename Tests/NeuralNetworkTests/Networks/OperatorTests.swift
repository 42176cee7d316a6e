import FormulaNetworks
import Testing

@testable import NeuralNetwork

@Suite struct OperatorTests {
  static let networks = [
    "arithmetic", "asymmetric_convolution", "automatic_padding", "separable", "residual", "pooling",
    "normalisation",
    "shapes", "one_sigmoid",
  ]

  @Test(arguments: networks, [1, 3, 5])
  func smallNetworksGiveWhatONNXRuntimeGives(name: String, batchCapacity: Int) throws {
    let expected = try #require(try ExpectedValues.operators()[name]).outputs
    let model = try ModelFile(contentsOf: NetworkFiles.operators(name))
    let runner = try Runner(model.graph, input: .tensor, batchCapacity: batchCapacity)
    let count = min(batchCapacity, expected.count)
    var input: [Float] = []
    for patch in 0..<count {
      input += FormulaNumbers.uniform("\(name).patch\(patch)", count: runner.inputCount)
    }
    runner.run(input, count: count)
    for patch in 0..<count {
      let output = Array(runner.output(patch))
      try #require(output.count == expected[patch].count)
      let difference = zip(output, expected[patch]).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference <= 1e-5, "patch \(patch)")
    }
  }
}
