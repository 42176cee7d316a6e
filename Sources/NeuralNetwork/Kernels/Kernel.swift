/// Where a kernel reads and writes on one call.
package struct KernelCall {
  /// One pointer for each of the step's inputs.
  let inputs: UnsafePointer<UnsafePointer<Float>>
  let output: UnsafeMutablePointer<Float>
  /// `scratchCount` floats, uninitialised.
  let scratch: UnsafeMutablePointer<Float>

  package init(
    inputs: UnsafePointer<UnsafePointer<Float>>, output: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    (self.inputs, self.output, self.scratch) = (inputs, output, scratch)
  }

  var input: UnsafePointer<Float> { inputs[0] }
}

/// One packed operation of a plan. A call allocates nothing, and its result depends on its inputs alone:
/// every product inside has a shape that was fixed when the kernel was made.
package protocol Kernel {
  var scratchCount: Int { get }
  /// Its kind, and everything that determines the order of its sums.
  var shape: String { get }
  /// Processes one patch, or the whole batch for a kernel over rows.
  func run(_ call: KernelCall)
}

extension Kernel {
  /// No scratch memory.
  package var scratchCount: Int { 0 }
  /// The name of the type, for kernels whose sums have only one order.
  package var shape: String { "\(Self.self)" }
}
