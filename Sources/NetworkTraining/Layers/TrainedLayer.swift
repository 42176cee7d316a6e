/// A layer of a network in training: computes its result for a whole batch, and the gradients of its inputs and
/// parameters from the gradient of its result.
protocol TrainedLayer: AnyObject {
  var parameters: [Parameter] { get }
  /// Whether ``backward(_:)`` reads the layer's output, so that it must not be modified in place.
  var needsOutput: Bool { get }
  func forward(_ pass: ForwardPass)
  /// Adds to the gradients of trained parameters.
  func backward(_ pass: BackwardPass)
}

extension TrainedLayer {
  var parameters: [Parameter] { [] }
}

/// A forward pass of `count` patches; values are stored patch after patch.
struct ForwardPass {
  let team: ThreadTeam
  let count: Int
  /// Whether statistics are the batch's own and dropout is applied.
  let isTraining: Bool
  /// Seed of the step, for dropout.
  let seed: UInt64
  let inputs: [UnsafePointer<Float>]
  let output: UnsafeMutablePointer<Float>
}

/// A backward pass.
struct BackwardPass {
  struct Target {
    /// Receives the gradient with respect to an input.
    let gradient: UnsafeMutablePointer<Float>
    /// Whether to add, because another layer that reads the input was processed before.
    let adds: Bool
  }

  let team: ThreadTeam
  let count: Int
  let seed: UInt64
  let inputs: [UnsafePointer<Float>]
  let output: UnsafePointer<Float>
  /// Gradient with respect to the output; the layer may modify it.
  let gradient: UnsafeMutablePointer<Float>
  /// By input; `nil` if the gradient is not needed.
  let targets: [Target?]
}
