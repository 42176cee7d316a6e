/// Fixed-size memory for one stage of a pipeline that runs repeatedly over rasters of one size: allocated
/// once, used by one thread.
final class PixelBuffer<Element: BitwiseCopyable> {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int, repeating value: Element) {
    self.count = count
    pointer = .allocate(capacity: max(count, 1))
    pointer.initialize(repeating: value, count: max(count, 1))
  }

  deinit { pointer.deallocate() }

  var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: pointer, count: count) }

  func fill(_ value: Element) { pointer.update(repeating: value, count: count) }
}
