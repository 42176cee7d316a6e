import Subprocess
import SystemPackage

extension Program {
  /// Runs the program to its end, with nothing to read and its output and errors in one file.
  ///
  /// - Parameters:
  ///   - output: the file, open for writing; closed here once the program has started.
  ///   - started: told the process's number, which is its own until this returns.
  /// - Returns: the process's number, and how it ended.
  /// - Throws: `SubprocessError` where it cannot be started.
  public func run(
    output: FileDescriptor, started: @Sendable (Int32) -> Void
  ) async throws -> (pid: Int32, ending: ChildEnding) {
    let executable: Executable =
      switch place {
      case .path(let path): .path(FilePath(path))
      case .name(let name): .name(name)
      }
    let result = try await Subprocess.run(
      executable, arguments: Arguments(arguments),
      environment: .inherit.updating(
        Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
      input: .none,
      output: .fileDescriptor(output, closeAfterSpawningProcess: false),
      error: .fileDescriptor(output, closeAfterSpawningProcess: true)
    ) { execution in
      started(Int32(execution.processIdentifier.value))
    }
    let ending =
      switch result.terminationStatus {
      case .exited(let code): ChildEnding(exitStatus: Int32(code))
      case .signaled(let signal): ChildEnding(signal: Int32(signal))
      }
    return (Int32(result.processIdentifier.value), ending)
  }
}
