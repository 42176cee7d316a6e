/// Memory of one call of a kernel.
struct KernelCall {
  /// One pointer for each of the step's inputs.
  let inputs: UnsafePointer<UnsafePointer<Float>>
  let output: UnsafeMutablePointer<Float>
  /// `scratchCount` floats, uninitialised.
  let scratch: UnsafeMutablePointer<Float>

  var input: UnsafePointer<Float> { inputs[0] }
}

/// One packed operation of a plan. A call allocates nothing, and its result depends on its inputs alone: every
/// GEMM has a shape fixed when the kernel was created.
protocol Kernel {
  var scratchCount: Int { get }
  /// Its kind, and everything that determines the order of its sums.
  var shape: String { get }
  /// Processes one patch, or the whole batch for a kernel over rows.
  func run(_ call: KernelCall)
}

extension Kernel {
  var scratchCount: Int { 0 }
  var shape: String { "\(Self.self)" }
}
