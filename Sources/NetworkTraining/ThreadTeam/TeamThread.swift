import NeuralNetwork

/// What one thread of a training step works with.
final class TeamThread {
  let blas: PrivateBLAS
  private var memory = AlignedFloats(count: 0)

  init(blas: PrivateBLAS) { self.blas = blas }

  /// `count` uninitialised floats, valid until the next call.
  func scratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    if memory.count < count { memory = AlignedFloats(count: count) }
    return memory.base
  }
}
