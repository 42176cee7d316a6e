import ArgumentParser

/// The exit statuses that scripts may rely on, as the command's help states them.
enum ExitStatus {
  /// Nothing, or not all, of what was asked is done.
  static let failed = ExitCode(1)
  /// All is done, but some input was rejected, unreadable or quarantined; the output names it.
  static let doneWithRejects = ExitCode(3)
  /// A worker's computation did not come back; started again, the worker goes on with something else.
  static let hung = ExitCode(4)
  /// A worker has waited in vain for a coordinator.
  static let lost = ExitCode(5)
  /// Stopped by a signal; the same command continues.
  static let interrupted = ExitCode(130)
}
