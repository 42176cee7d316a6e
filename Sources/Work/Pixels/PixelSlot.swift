import Detection

/// Buffer for one interferogram's pixels, used by one thread at a time.
final class PixelSlot {
  private(set) var phase = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
  private(set) var coherence = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

  deinit { release() }

  /// Resizes the buffer to exactly this many pixels.
  func reserve(_ count: Int) {
    guard phase.count != count else { return }
    release()
    phase = .allocate(capacity: count)
    coherence = .allocate(capacity: count)
    phase.initialize(repeating: .nan)
    coherence.initialize(repeating: .nan)
  }

  func release() {
    phase.deallocate()
    coherence.deallocate()
    phase = UnsafeMutableBufferPointer(start: nil, count: 0)
    coherence = phase
  }

  func pixels(withCoherence: Bool) -> Detector.Pixels {
    Detector.Pixels(
      phase: UnsafeBufferPointer(phase), coherence: withCoherence ? UnsafeBufferPointer(coherence) : nil)
  }
}
