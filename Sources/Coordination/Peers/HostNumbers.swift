import Scheduling
import SweepRecords

/// Numbers for machines and keys that workers name. A pure value.
struct HostNumbers: Sendable {
  /// Machines, and keys, that get a number of their own; all further ones share one number.
  static let limit = 20_000
  private static let shared = 0

  private var hosts: [String: Int] = [:]
  private var keys: [String: Int] = [:]
  /// First name of each seat's machine and key, for the ledger.
  private var names: [[Int]: String] = [:]

  /// The seat of a worker with this host name. The part before the first `@` is its key, which does not
  /// identify the machine.
  mutating func seat(host name: String, slot: Int) -> WorkerSeat {
    let host = Self.number(of: Self.host(in: name), in: &hosts)
    let key = name.contains("@") ? Self.number(of: String(name.prefix { $0 != "@" }), in: &keys) : 0
    if names.count < Self.limit, names[[host, key]] == nil { names[[host, key]] = name }
    return WorkerSeat(host: host, slot: slot, key: key)
  }

  mutating func seat(_ seat: LoggedSeat) -> WorkerSeat { self.seat(host: seat.host, slot: seat.slot) }

  /// The seat in the form that ``seat(host:slot:)`` accepts.
  func logged(_ seat: WorkerSeat) -> LoggedSeat {
    LoggedSeat(host: names[[seat.host, seat.key]] ?? "unknown", slot: seat.slot)
  }

  private static func number(of name: String, in numbers: inout [String: Int]) -> Int {
    if let known = numbers[name] { return known }
    guard numbers.count < limit else { return shared }
    numbers[name] = numbers.count + 1
    return numbers.count
  }

  private static func host(in name: String) -> String { name.split(separator: "@").last.map(String.init) ?? name }
}
