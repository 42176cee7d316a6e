/// A kernel with the values it reads and writes.
struct Step {
  let name: String
  let kernel: any Kernel
  let inputs: [ValueID]
  let output: ValueID
  let scope: Scope

  /// What the kernel processes in one call.
  enum Scope {
    case patch
    /// The patches that pass through the convolutions together.
    case chunk
    /// The rows of the whole batch.
    case batch
  }
}

/// How the caller's numbers become the network's input.
enum InputForm {
  /// channels × height × width floats per patch, in ONNX's order.
  case tensor
  /// height × width gray values per patch; channel c is (gray − mean[c]) · scale[c].
  case gray(mean: [Float], scale: [Float])
}
