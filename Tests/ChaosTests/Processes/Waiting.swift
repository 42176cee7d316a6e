import Foundation

/// A condition that did not come about.
struct TimeLimit: Error, CustomStringConvertible {
  let description: String
}

/// Blocks until a condition holds.
///
/// - Throws: ``TimeLimit`` when it does not within the time, which is meant to be far more than is needed.
func until(
  _ condition: String, within seconds: Double = ChaosSettings.timeoutSeconds, everyMilliseconds: UInt32 = 5,
  _ holds: () throws -> Bool
) throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while !(try holds()) {
    guard ContinuousClock.now < deadline else {
      throw TimeLimit(description: "after \(Int(seconds)) s it still does not hold that \(condition)")
    }
    usleep(everyMilliseconds * 1000)
  }
}
