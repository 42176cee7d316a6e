import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// Against the two convolutions one after the other, in double precision.
@Suite struct StepFeatureWindowTests {
  struct Case: CustomStringConvertible {
    var size = (height: 9, width: 9)
    var reach = Window.Extent(height: 2, width: 2)
    var cell = Window.Extent(height: 3, width: 3)
    var stride = Window.Extent(height: 4, width: 4)
    var outputs = 4
    var appliesReLU = false
    /// The outputs of the second half that have the weights of the first, of either sign.
    var repeated = 0

    var description: String {
      "\(size), reach \(reach.height) × \(reach.width), cell \(cell.height) × \(cell.width) by "
        + "\(stride.height), \(stride.width), \(outputs) outputs"
    }

    func positions(_ pixels: Int, _ reach: Int, _ cell: Int, _ stride: Int) -> Int {
      (pixels - reach + 1 - cell) / stride + 1
    }

    var output: Window.Extent {
      .init(
        height: positions(size.height, reach.height, cell.height, stride.height),
        width: positions(size.width, reach.width, cell.width, stride.width))
    }
  }

  private static let features = 5

  @Test(arguments: [
    Case(), Case(size: (224, 224)), Case(size: (37, 101), outputs: 3, appliesReLU: true),
    Case(reach: .init(height: 1, width: 2), cell: .init(height: 2, width: 2), stride: .init(height: 2, width: 2)),
    Case(
      size: (12, 70), reach: .init(height: 2, width: 1), cell: .init(height: 5, width: 1),
      stride: .init(height: 5, width: 1), outputs: 1),
    Case(size: (6, 6), cell: .init(height: 4, width: 4), outputs: 2),
    Case(size: (224, 224), outputs: 8, repeated: 4), Case(outputs: 8, appliesReLU: true, repeated: 2),
    Case(size: (25, 41), outputs: 7),
  ])
  func everyCellGetsTheSumOfItsStepFeatures(of windows: Case) {
    let (reach, cell, output) = (windows.reach, windows.cell, windows.output)
    let (reachCount, cellCount) = (reach.height * reach.width, cell.height * cell.width)
    let taps = FormulaNumbers.uniform("taps", count: Self.features * reachCount)
    let starts = FormulaNumbers.uniform("starts", count: Self.features)
    let weightCount = Self.features * cellCount
    var weights = FormulaNumbers.uniform("weights", count: windows.outputs * weightCount)
    for output in 0..<windows.repeated {
      let (sign, target): (Float, Int) = (output % 2 == 0 ? -1 : 1, output + windows.outputs / 2)
      for index in 0..<weightCount {
        weights[target * weightCount + index] = sign * weights[output * weightCount + index]
      }
    }
    let bias = FormulaNumbers.uniform("bias", count: windows.outputs)
    let (height, width) = windows.size
    let image = FormulaNumbers.uniform("pixels", count: height * width, amplitude: 3)
    let kernel = StepFeatureWindowKernel(
      .init(
        height: height, width: width, taps: taps, reach: reach, starts: starts, weights: weights, bias: bias,
        cell: cell, stride: windows.stride, output: output, appliesReLU: windows.appliesReLU))
    let source = AlignedFloats(image)
    let target = AlignedFloats(count: output.height * output.width * windows.outputs)
    target.base.update(repeating: .nan, count: target.count)
    let scratch = AlignedFloats(count: kernel.scratchCount)
    scratch.base.update(repeating: .nan, count: scratch.count)
    withUnsafePointer(to: UnsafePointer(source.base)) {
      kernel.run(KernelCall(inputs: $0, output: target.base, scratch: scratch.base))
    }
    func feature(_ feature: Int, _ row: Int, _ column: Int) -> Double {
      var value = Double(starts[feature])
      for down in 0..<reach.height {
        for right in 0..<reach.width {
          value +=
            Double(taps[(feature * reach.height + down) * reach.width + right])
            * Double(image[(row + down) * width + column + right])
        }
      }
      return max(0, value)
    }
    for row in 0..<output.height {
      for column in 0..<output.width {
        for number in 0..<windows.outputs {
          var sum = Double(bias[number])
          for index in 0..<Self.features {
            for down in 0..<cell.height {
              for right in 0..<cell.width {
                let weight = weights[((number * Self.features + index) * cell.height + down) * cell.width + right]
                sum +=
                  Double(weight)
                  * feature(index, row * windows.stride.height + down, column * windows.stride.width + right)
              }
            }
          }
          let got = target.base[(row * output.width + column) * windows.outputs + number]
          #expect(abs(Double(got) - (windows.appliesReLU ? max(0, sum) : sum)) < 2e-4)
        }
      }
    }
  }

  /// Cells that overlap, a padding or a third row of taps leave the two as they are.
  @Test(arguments: [
    (3, 4, 0, 2, true), (4, 4, 0, 2, true), (4, 3, 0, 2, false), (3, 4, 1, 2, false), (3, 4, 0, 3, false),
  ])
  func convolutionsBecomeOneWhereCellsLieSideBySide(cell: Int, stride: Int, padding: Int, reach: Int, isOne: Bool)
    throws
  {
    var metadata = SmallModels.metadata
    (metadata["volcsweep.channels"], metadata["volcsweep.mean"], metadata["volcsweep.scale"]) = (
      "1", "127.5", "0.01"
    )
    metadata["volcsweep.input_size"] = "17"
    let side = (17 - reach + 1 + 2 * padding - cell) / stride + 1
    let model = try ModelFile(
      bytes: ONNXWriter.model(metadata: metadata) { graph in
        graph.tensor("a.w", [3, 1, reach, reach], FormulaNumbers.uniform("a", count: 3 * reach * reach))
        graph.node("Conv", "a", ["input", "a.w"])
        graph.node("Relu", "r", ["a"])
        graph.tensor("b.w", [2, 3, cell, cell], FormulaNumbers.uniform("b", count: 6 * cell * cell))
        graph.node(
          "Conv", "b", ["r", "b.w"],
          ["strides": .integers([stride, stride]), "pads": .integers([padding, padding, padding, padding])])
        graph.node("GlobalAveragePool", "p", ["b"])
        graph.node("Flatten", "f", ["p"])
        graph.value(11, "input", [nil, 1, 17, 17])
        graph.value(12, "f", [nil, 2])
      })
    let runner = try Runner(model.graph, input: .gray(mean: [127.5], scale: [0.01]), batchCapacity: 1)
    #expect(runner.planDescription.contains("ramps") == isOne, "\(side) cells a side: \(runner.planDescription)")
  }
}
