import Foundation

/// Prints what work costs: seconds by the clock and of this process's CPU, in all and for each of its items.
enum Stopwatch {
  static func measure<Value>(_ name: String, _ items: Int, _ work: () throws -> Value) rethrows -> Value {
    let (clock, cpu) = (ContinuousClock.now, cpuSeconds)
    let value = try work()
    let elapsed = (ContinuousClock.now - clock) / .seconds(1)
    let used = cpuSeconds - cpu
    print(
      name.padding(toLength: 28, withPad: " ", startingAt: 0)
        + String(
          format: " %9d  %7.3f s, %7.2f µs each; CPU %7.3f s, %7.2f µs each", items, elapsed,
          elapsed / Double(items) * 1e6, used, used / Double(items) * 1e6))
    return value
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
