import NeuralNetwork

/// A layer without parameters, which treats each patch by itself.
final class PatchwiseLayer: TrainedLayer {
  private let kernel: any Kernel
  private let derivative: any PatchDerivative
  private let inputCounts: [Int]
  private let outputCount: Int

  var needsOutput: Bool { derivative.needsOutput }

  init(_ kernel: any Kernel, _ derivative: any PatchDerivative, inputCounts: [Int], outputCount: Int) {
    self.kernel = kernel
    self.derivative = derivative
    self.inputCounts = inputCounts
    self.outputCount = outputCount
  }

  func forward(_ pass: ForwardPass) {
    pass.team.runPatches(pass.count) { patches, _, thread in
      let scratch = thread.scratch(kernel.scratchCount)
      withPointers { pointers in
        for patch in patches {
          for (index, input) in pass.inputs.enumerated() { pointers[index] = input + patch * inputCounts[index] }
          kernel.run(
            KernelCall(
              inputs: UnsafePointer(pointers), output: pass.output + patch * outputCount, scratch: scratch))
        }
      }
    }
  }

  func backward(_ pass: BackwardPass) {
    pass.team.runPatches(pass.count) { patches, _, thread in
      let largest = inputCounts.max() ?? 0
      let scratch = thread.scratch(derivative.scratchCount + largest)
      withPointers { pointers in
        for patch in patches {
          for (index, input) in pass.inputs.enumerated() { pointers[index] = input + patch * inputCounts[index] }
          for (index, target) in pass.targets.enumerated() {
            guard let target else { continue }
            let count = inputCounts[index]
            let final = target.gradient + patch * count
            derivative.apply(
              DerivativeCall(
                inputs: UnsafePointer(pointers), index: index, output: pass.output + patch * outputCount,
                gradient: UnsafePointer(pass.gradient + patch * outputCount), target: target.adds ? scratch : final,
                scratch: scratch + largest))
            if target.adds { for number in 0..<count { final[number] += scratch[number] } }
          }
        }
      }
    }
  }

  private func withPointers(_ body: (UnsafeMutablePointer<UnsafePointer<Float>>) -> Void) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: inputCounts.count) { buffer in
      if let base = buffer.baseAddress { body(base) }
    }
  }
}

/// Memory of one call of a derivative, for one patch.
struct DerivativeCall {
  let inputs: UnsafePointer<UnsafePointer<Float>>
  /// The input whose gradient is computed.
  let index: Int
  let output: UnsafePointer<Float>
  /// Gradient with respect to the output.
  let gradient: UnsafePointer<Float>
  /// Receives the gradient with respect to the input; uninitialised.
  let target: UnsafeMutablePointer<Float>
  /// `scratchCount` floats.
  let scratch: UnsafeMutablePointer<Float>

  var input: UnsafePointer<Float> { inputs[index] }
}

/// The derivative of a kernel without parameters.
protocol PatchDerivative {
  var scratchCount: Int { get }
  var needsOutput: Bool { get }
  func apply(_ call: DerivativeCall)
}

extension PatchDerivative {
  var scratchCount: Int { 0 }
  var needsOutput: Bool { true }
}
