import Foundation

/// What happened in a world, in words.
struct Trace {
  let isOn: Bool
  private(set) var lines: [String] = []

  init(isOn: Bool) {
    self.isOn = isOn
  }

  mutating func say(_ seconds: Double, _ text: @autoclosure () -> String) {
    if isOn { lines.append(String(format: "%9.3f  ", seconds) + text()) }
  }
}
