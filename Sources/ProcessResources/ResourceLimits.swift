import Foundation

/// Resource limits that a process may raise for itself.
public enum ResourceLimits {
  /// More descriptors than volcsweep uses. Not unlimited, because programs that close all possible
  /// descriptors take long over millions.
  private static let mostDescriptors: rlim_t = 65_536

  /// Raises the soft limits of descriptors, processes and address space as far as the hard limits allow.
  public static func raise() {
    raise(RLIMIT_NOFILE, to: mostDescriptors)
    raise(RLIMIT_AS, to: .max)
    // Threads count as processes here.
    var limit = rlimit()
    guard getrlimit(processes, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(processes, &limit)
  }

  /// The current limits, named as in the shell's `ulimit`, for messages.
  static var inWords: String {
    let all: [(String, __rlimit_resource_t, rlim_t)] = [
      ("descriptors (ulimit -n)", kind(RLIMIT_NOFILE), 1), ("threads of this user (ulimit -u)", processes, 1),
      ("KiB of address space (ulimit -v)", kind(RLIMIT_AS), 1024),
      ("KiB of data (ulimit -d)", kind(RLIMIT_DATA), 1024),
    ]
    let known = all.compactMap { words, kind, unit -> String? in
      var limit = rlimit()
      guard getrlimit(kind, &limit) == 0, limit.rlim_cur != .max else { return nil }
      return "\(limit.rlim_cur / unit) \(words)"
    }
    return known.isEmpty ? "no limit is set for this process" : "its limits: \(known.joined(separator: ", "))"
  }

  private static let processes = kind(__RLIMIT_NPROC)

  private static func kind(_ name: __rlimit_resource) -> __rlimit_resource_t { __rlimit_resource_t(name.rawValue) }

  private static func raise(_ name: __rlimit_resource, to most: rlim_t) {
    var limit = rlimit()
    guard getrlimit(kind(name), &limit) == 0 else { return }
    let wanted = min(limit.rlim_max, max(limit.rlim_cur, most))
    guard limit.rlim_cur < wanted else { return }
    limit.rlim_cur = wanted
    setrlimit(kind(name), &limit)
  }
}
