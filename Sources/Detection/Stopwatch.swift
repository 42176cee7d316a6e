/// Seconds between one stage and the next.
struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Float {
    let now = ContinuousClock.now
    defer { last = now }
    return Float((now - last) / .seconds(1))
  }
}
