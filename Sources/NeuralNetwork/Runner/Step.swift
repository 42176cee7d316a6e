/// A kernel with the values it reads and writes.
struct Step {
  let name: String
  let kernel: any Kernel
  let inputs: [ValueID]
  let output: ValueID
  /// Whether the kernel works on the rows of the whole batch at once instead of on one patch.
  let isBatched: Bool
}

/// How the numbers that a caller hands over become the network's input.
enum InputForm {
  /// channels × height × width floats a patch, as ONNX has them.
  case tensor
  /// height × width gray values a patch; channel c is (gray − mean[c]) · scale[c].
  case gray(mean: [Float], scale: [Float])
}
