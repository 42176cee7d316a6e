import Foundation

/// A fixed-size array of floats, aligned to a cache line and freed with its owner.
///
/// Large arrays use the kernel's huge pages if available, because a pass over many planes or a layer's weights
/// would otherwise be slowed down by TLB misses.
final class AlignedFloats {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  private static let hugePage = 1 << 21

  /// Uninitialised memory for `count` floats.
  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = bytes >= 2 * Self.hugePage
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    #if os(Linux)
      if isLarge { madvise(memory, bytes / Self.hugePage * Self.hugePage, MADV_HUGEPAGE) }
    #endif
    base = memory.assumingMemoryBound(to: Float.self)
    self.count = count
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  deinit { base.deallocate() }
}
