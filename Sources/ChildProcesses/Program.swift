/// A program with what it is started with. It is started in one of three ways: as a ``ChildProcess`` that is spoken
/// to, as a ``FinishedProgram`` whose output is kept, or by ``run(output:started:)`` with its output in a file.
///
/// It belongs to this process's group, so that Ctrl-C reaches both, and lives on when this process ends, unless it
/// ends itself: see `ProcessLimits` of the target Isolation, and `--parent` of `volcsweep worker`.
public struct Program: Hashable, Sendable {
  /// Where its file is found.
  public enum Place: Hashable, Sendable {
    case path(String)
    /// In a folder of the environment variable `PATH`.
    case name(String)
  }

  /// Path of the executable, or a name to look up in `PATH`.
  public let place: Place
  /// Its words, without its name.
  public let arguments: [String]
  /// What is set for it in addition to this process's environment.
  public let environment: [String: String]

  public init(_ place: Place, _ arguments: [String], environment: [String: String] = [:]) {
    (self.place, self.arguments, self.environment) = (place, arguments, environment)
  }

  /// The path or the name.
  public var executable: String {
    switch place {
    case .path(let text), .name(let text): text
    }
  }
}

/// Why a program could not be started.
public struct StartFailure: Error, CustomStringConvertible {
  /// What failed and why, as text for the user.
  public let description: String
  /// The system's error number.
  public let code: Int32

  public init(description: String, code: Int32) {
    (self.description, self.code) = (description, code)
  }
}
