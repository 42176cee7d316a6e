/// A fixed run of floats at the start of a cache line, freed with its owner.
final class AlignedFloats {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// Uninitialised memory for `count` floats.
  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).assumingMemoryBound(to: Float.self)
    self.count = count
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  deinit { base.deallocate() }
}
