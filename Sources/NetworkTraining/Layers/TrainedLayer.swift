/// One layer of a network that is trained: its result for a whole batch, and what the loss's gradient by that result
/// says of its inputs and parameters.
protocol TrainedLayer: AnyObject {
  var parameters: [Parameter] { get }
  /// Whether ``backward(_:)`` reads what the layer wrote, so that nothing may be done to it in place.
  var needsOutput: Bool { get }
  func forward(_ pass: ForwardPass)
  /// Adds to the gradients of the parameters that are trained.
  func backward(_ pass: BackwardPass)
}

extension TrainedLayer {
  var parameters: [Parameter] { [] }
}

/// A layer's call for `count` patches; values lie patch after patch.
struct ForwardPass {
  let lanes: Lanes
  let count: Int
  /// Whether statistics are the batch's own and dropout drops.
  let isTraining: Bool
  /// Differs from step to step: what dropout draws from.
  let seed: UInt64
  let inputs: [UnsafePointer<Float>]
  let output: UnsafeMutablePointer<Float>
}

/// The same backwards.
struct BackwardPass {
  struct Target {
    /// Receives the gradient by an input.
    let gradient: UnsafeMutablePointer<Float>
    /// Whether another layer that reads the input has been there before.
    let adds: Bool
  }

  let lanes: Lanes
  let count: Int
  let seed: UInt64
  let inputs: [UnsafePointer<Float>]
  let output: UnsafePointer<Float>
  /// By the output; the layer may change it.
  let gradient: UnsafeMutablePointer<Float>
  /// By input; `nil` where nobody needs it.
  let targets: [Target?]
}
