import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

/// Kernels that ONNX Runtime has nothing to compare with, against their definitions.
@Suite struct KernelFormulaTests {
  private func run(_ kernel: some Kernel, _ input: [Float], count: Int) -> [Float] {
    let source = AlignedFloats(input)
    let target = AlignedFloats(count: count)
    let scratch = AlignedFloats(count: kernel.scratchCount)
    withUnsafePointer(to: UnsafePointer(source.base)) {
      kernel.run(KernelCall(inputs: $0, output: target.base, scratch: scratch.base))
    }
    return Array(UnsafeBufferPointer(start: target.base, count: count))
  }

  @Test(arguments: [2, 4, 6, 5])
  func normalisationOverAnEvenWindowReachesFurtherUp(size: Int) {
    let (pixels, channels) = (3, 11)
    let input = FormulaNumbers.uniform("lrn", count: pixels * channels, amplitude: 3)
    let parameters = Operator.LocalResponse(size: size, alpha: 0.4, beta: 0.75, bias: 1.2)
    let found = run(
      LocalResponseKernel(parameters: parameters, pixels: pixels, channels: channels), input, count: input.count)
    for index in input.indices {
      let channel = index % channels
      // ONNX: from c − ⌊(size − 1) / 2⌋ to c + ⌈(size − 1) / 2⌉.
      let window = max(0, channel - (size - 1) / 2)...min(channels - 1, channel + size / 2)
      let squares = window.reduce(0.0) { $0 + pow(Double(input[index - channel + $1]), 2) }
      let wanted = Double(input[index]) / pow(1.2 + 0.4 / Double(size) * squares, 0.75)
      #expect(abs(Double(found[index]) - wanted) < 1e-5)
    }
  }

  @Test(arguments: [(7, 5, 3, 2), (4, 4, 6, 6), (6, 6, 6, 6), (13, 9, 1, 1), (10, 3, 7, 2)])
  func adaptivePoolingCoversWhatPyTorchSays(height: Int, width: Int, rows: Int, columns: Int) {
    let channels = 3
    let input = FormulaNumbers.uniform("adaptive", count: channels * height * width)
    let kernel = AdaptiveAveragePoolKernel(
      from: .image(channels: channels, height: height, width: width),
      to: .image(channels: channels, height: rows, width: columns))
    let found = run(kernel, input, count: channels * rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let ys =
          Int(floor(Double(row * height) / Double(rows)))..<Int(ceil(Double((row + 1) * height) / Double(rows)))
        let xs =
          Int(
            floor(Double(column * width) / Double(columns)))..<Int(
            ceil(Double((column + 1) * width) / Double(columns)))
        for channel in 0..<channels {
          var sum = 0.0
          for y in ys { for x in xs { sum += Double(input[(y * width + x) * channels + channel]) } }
          let wanted = sum / Double(ys.count * xs.count)
          #expect(abs(Double(found[(row * columns + column) * channels + channel]) - wanted) < 1e-6)
        }
      }
    }
  }
}
