/// A kernel with the values it reads and writes.
struct Step {
  let name: String
  let kernel: any Kernel
  let inputs: [ValueID]
  let output: ValueID
  let scope: Scope

  /// What the kernel works on at once.
  enum Scope {
    case patch
    /// The patches that pass through the convolutions together.
    case chunk
    /// The rows of the whole batch.
    case batch
  }
}

/// How the numbers that a caller hands over become the network's input.
enum InputForm {
  /// channels × height × width floats a patch, as ONNX has them.
  case tensor
  /// height × width gray values a patch; channel c is (gray − mean[c]) · scale[c].
  case gray(mean: [Float], scale: [Float])
}
