/// Measures the time between stages, seconds.
struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Float {
    let now = ContinuousClock.now
    defer { last = now }
    return Float((now - last) / .seconds(1))
  }
}
