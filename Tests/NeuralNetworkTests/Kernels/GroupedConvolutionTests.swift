import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// Convolutions in groups, by each kernel, against plain loops in double precision.
@Suite struct GroupedConvolutionTests {
  struct Case: CustomStringConvertible {
    var side = 13
    var channels = 8
    var outputs = 12
    var groups = 2
    var stride = 1
    var pad = 1
    var kernel: Plan.Kernel = .columns

    var description: String { "\(channels) to \(outputs) in \(groups), stride \(stride), pad \(pad), \(kernel)" }
  }

  @Test(arguments: [
    Case(), Case(side: 56, outputs: 96), Case(channels: 6, outputs: 6, groups: 6), Case(stride: 2, pad: 0),
    Case(channels: 36, outputs: 36), Case(channels: 16, outputs: 32, kernel: .winograd(tile: 4)),
  ])
  func everyGroupReadsItsOwnChannels(of shape: Case) throws {
    let (side, groups, groupChannels) = (shape.side, shape.groups, shape.channels / shape.groups)
    let reach = (side + 2 * shape.pad - 3) / shape.stride + 1
    func both(_ number: Int) -> Window.Extent { .init(height: number, width: number) }
    let window = Window(
      kernel: both(3), stride: both(shape.stride), dilation: both(1), before: both(shape.pad),
      after: both(shape.pad),
      output: both(reach))
    let weights = FormulaNumbers.uniform("grouped.weights", count: shape.outputs * groupChannels * 9)
    let bias = FormulaNumbers.uniform("grouped.bias", count: shape.outputs)
    let image = FormulaNumbers.uniform("grouped.image", count: side * side * shape.channels)
    let columns = PatchColumns(
      window: window, height: side, width: side, channels: shape.channels, groupChannels: groupChannels)
    let epilogue = Epilogue(bias: AlignedFloats(bias), appliesReLU: true)
    let kernel: any Kernel =
      if case .winograd(let tile) = shape.kernel {
        WinogradKernel(
          weights: weights, columns: columns, groups: groups, outputs: shape.outputs, epilogue: epilogue,
          tile: tile,
          patches: 1, library: CBLASLibrary())
      } else {
        ConvolutionKernel(
          weights: weights, columns: columns, groups: groups, outputs: shape.outputs, epilogue: epilogue,
          gemm: CBLASLibrary())
      }
    let source = AlignedFloats(image)
    let target = AlignedFloats(count: reach * reach * shape.outputs)
    target.base.update(repeating: .nan, count: target.count)
    let scratch = AlignedFloats(count: kernel.scratchCount)
    scratch.base.update(repeating: .nan, count: scratch.count)
    withUnsafePointer(to: UnsafePointer(source.base)) {
      kernel.run(KernelCall(inputs: $0, output: target.base, scratch: scratch.base))
    }
    var largest = 0.0
    for output in 0..<shape.outputs {
      let firstChannel = output / (shape.outputs / groups) * groupChannels
      for row in 0..<reach {
        for column in 0..<reach {
          var sum = Double(bias[output])
          for channel in 0..<groupChannels {
            for tap in 0..<9 {
              let (y, x) = (row * shape.stride + tap / 3 - shape.pad, column * shape.stride + tap % 3 - shape.pad)
              guard (0..<side).contains(y), (0..<side).contains(x) else { continue }
              sum +=
                Double(weights[(output * groupChannels + channel) * 9 + tap])
                * Double(image[(y * side + x) * shape.channels + firstChannel + channel])
            }
          }
          let found = Double(target.base[(row * reach + column) * shape.outputs + output])
          largest = max(largest, found.isNaN ? .infinity : abs(found - max(0, sum)))
        }
      }
    }
    #expect(largest < 1e-4)
  }
}
