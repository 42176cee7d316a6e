import Foundation

/// A fixed-size array of floats, aligned to a cache line and freed with its owner.
///
/// Large ones lie on the kernel's huge pages where it has them, as a pass over many planes or over a layer's
/// weights would otherwise wait for the page table.
package final class AlignedFloats {
  /// The first float; valid as long as this object lives.
  package let base: UnsafeMutablePointer<Float>
  /// Number of floats, at least 0.
  package let count: Int

  private static let hugePage = 1 << 21

  /// Uninitialised memory for `count` floats.
  package init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = bytes >= 2 * Self.hugePage
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    #if os(Linux)
      if isLarge { madvise(memory, bytes / Self.hugePage * Self.hugePage, MADV_HUGEPAGE) }
    #endif
    base = memory.assumingMemoryBound(to: Float.self)
    self.count = count
  }

  /// A copy of the numbers in `values`.
  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  deinit { base.deallocate() }
}
