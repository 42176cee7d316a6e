import FormulaNetworks
import Testing

@testable import NeuralNetwork

@Suite struct StepFeatureSumTests {
  @Test(arguments: [1, 1023, 1024, 2500], [1, 2, 3])
  func everyPixelGetsTheSumOfItsStepFeatures(pixels: Int, outputs: Int) {
    let features = 5
    let slopes = FormulaNumbers.uniform("slopes", count: features)
    let starts = FormulaNumbers.uniform("starts", count: features)
    let weights = FormulaNumbers.uniform("weights", count: outputs * features)
    let bias = FormulaNumbers.uniform("bias", count: outputs)
    let source = AlignedFloats(FormulaNumbers.uniform("pixels", count: pixels, amplitude: 3))
    for appliesReLU in [false, true] {
      let kernel = StepFeatureSumKernel(
        pixels: pixels, slopes: slopes, starts: starts, weights: weights, bias: bias, appliesReLU: appliesReLU)
      let target = AlignedFloats(count: pixels * outputs)
      target.base.update(repeating: .nan, count: target.count)
      let scratch = AlignedFloats(count: kernel.scratchCount)
      withUnsafePointer(to: UnsafePointer(source.base)) {
        kernel.run(KernelCall(inputs: $0, output: target.base, scratch: scratch.base))
      }
      for pixel in 0..<pixels {
        for output in 0..<outputs {
          let sum = (0..<features).reduce(Double(bias[output])) { sum, feature in
            let value = Double(slopes[feature]) * Double(source.base[pixel]) + Double(starts[feature])
            return sum + Double(weights[output * features + feature]) * max(0, value)
          }
          let wanted = appliesReLU ? max(0, sum) : sum
          #expect(abs(Double(target.base[pixel * outputs + output]) - wanted) < 1e-5)
        }
      }
    }
  }

  /// Two convolutions whose middle somebody else reads stay two.
  @Test func convolutionsBecomeOneWhereNobodyElseReadsBetweenThem() throws {
    func model(readsBetween: Bool) throws -> ModelFile {
      var metadata = SmallModels.metadata
      (metadata["volcsweep.channels"], metadata["volcsweep.mean"], metadata["volcsweep.scale"]) = (
        "1", "127.5", "0.01"
      )
      return try ModelFile(
        bytes: ONNXWriter.model(metadata: metadata) { graph in
          graph.tensor("a.w", [2, 1, 1, 1], [1, -1])
          graph.tensor("a.b", [2], [-0.25, -0.5])
          graph.node("Conv", "a", ["input", "a.w", "a.b"])
          graph.node("Relu", "r", ["a"])
          graph.tensor("b.w", [2, 2, 1, 1], [1, 2, 3, -4])
          graph.node("Conv", "b", ["r", "b.w"])
          graph.node("Add", "s", ["b", readsBetween ? "r" : "b"])
          graph.node("GlobalAveragePool", "p", ["s"])
          graph.node("Flatten", "f", ["p"])
          graph.value(11, "input", [nil, 1, 8, 8])
          graph.value(12, "f", [nil, 2])
        })
    }
    for readsBetween in [false, true] {
      let model = try model(readsBetween: readsBetween)
      let runner = try Runner(model.graph, input: .gray(mean: [127.5], scale: [0.01]), batchCapacity: 1)
      #expect(runner.planDescription.contains("ramps") == !readsBetween)
      let gray = FormulaNumbers.patch(6, size: 8)
      runner.run(gray, count: 1)
      let features = gray.map { value -> (Float, Float) in
        let x = (value - 127.5) * 0.01
        return (max(0, x - 0.25), max(0, -x - 0.5))
      }
      let sums = features.map { (first, second) -> (Float, Float) in
        let (one, other) = (first + 2 * second, 3 * first - 4 * second)
        return readsBetween ? (one + first, other + second) : (2 * one, 2 * other)
      }
      let wanted = [sums.reduce(0) { $0 + $1.0 } / 64, sums.reduce(0) { $0 + $1.1 } / 64]
      #expect(relativeDifference(Array(runner.output(0)), wanted) < 1e-5)
    }
  }
}
