/// Numbers for the names of machines. A pure value.
struct HostNumbers: Sendable {
  /// Names that get a number of their own; all further ones share ``shared``, as if they were one machine.
  static let limit = 20_000
  static let shared = 0

  private var numbers: [String: Int] = [:]

  /// The machine's number, from 1. What stands before the last `@` is the worker's key, which says nothing about the
  /// machine.
  mutating func number(of name: String) -> Int {
    let host = Self.host(in: name)
    if let known = numbers[host] { return known }
    guard numbers.count < Self.limit else { return Self.shared }
    numbers[host] = numbers.count + 1
    return numbers.count
  }

  static func host(in name: String) -> String { name.split(separator: "@").last.map(String.init) ?? name }
}
