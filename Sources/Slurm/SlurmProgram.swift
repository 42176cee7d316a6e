import ChildProcesses
import FileReasons
import Foundation

/// Runs Slurm's command-line programs. Blocks until they end.
public enum SlurmProgram {
  /// A program that could not be started or failed.
  public struct Failure: Error, CustomStringConvertible {
    /// The program, and what it printed.
    public let description: String

    public init(description: String) {
      self.description = description
    }
  }

  /// - Parameters:
  ///   - name: `sbatch`, `squeue` and so on, searched on `PATH`.
  ///   - arguments: its arguments.
  ///   - maximumBytes: limit for its output.
  /// - Returns: its standard output.
  /// - Throws: ``Failure`` with the program's error output.
  public static func run(
    _ name: String, _ arguments: [String], keeping maximumBytes: Int = 1 << 20
  ) throws -> String {
    let program: FinishedProgram
    do {
      program = try FinishedProgram(Program(.name(name), arguments), keeping: maximumBytes)
    } catch {
      throw Failure(
        description: error.code == ENOENT
          ? "\(name) was not found on the PATH; run this command on a machine with Slurm"
          : "\(name) cannot be started: \(SystemReason.reason(code: error.code))")
    }
    guard program.status == 0 else {
      let reason = String(decoding: program.errors, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      throw Failure(
        description: "\(name) \(arguments.joined(separator: " ")): status \(program.status), \(reason.prefix(2000))"
      )
    }
    return String(decoding: program.output, as: UTF8.self)
  }

  /// Submits a job.
  ///
  /// - Returns: the job's number.
  /// - Throws: ``Failure`` with Slurm's error output.
  public static func submit(_ request: Submission.Request) throws -> String {
    let printed = try run("sbatch", request.arguments)
    guard let id = jobNumber(in: printed) else {
      throw Failure(
        description: "sbatch printed no job ID, so a job unknown to volcsweep may have been submitted "
          + "(find it with squeue --me, cancel it with scancel); sbatch printed: \(printed.prefix(200))")
    }
    return id
  }

  /// The job number in the output of `sbatch --parsable`: the last line that is a number, or a
  /// number followed by a semicolon and the cluster's name. Sites may print lines of their own
  /// before or after it.
  static func jobNumber(in printed: String) -> String? {
    let lines = printed.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    func number(_ text: Substring) -> String? {
      (1...18).contains(text.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? String(text) : nil
    }
    for line in lines.reversed() {
      let parts = line.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = parts.first, let id = number(first) else { continue }
      if parts.count == 1 || isClusterName(parts[1]) { return id }
    }
    // A site's wrapper may drop the option `--parsable`.
    let usual = "Submitted batch job "
    return lines.last { $0.hasPrefix(usual) }.flatMap { number($0.dropFirst(usual.count).prefix { $0 != " " }) }
  }

  private static func isClusterName(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }

  /// Cancels jobs, pending or running.
  ///
  /// - Throws: ``Failure`` with Slurm's error output.
  public static func cancel(_ jobs: [String]) throws { _ = try run("scancel", jobs) }

  /// Enough for some hundred thousand jobs.
  private static let longestQueueBytes = 1 << 26

  /// - Returns: the jobs of this user.
  /// - Throws: ``Failure``, also if the output exceeds the limit.
  public static func queue() throws -> SlurmQueue {
    let printed = try run("squeue", SlurmQueue.arguments, keeping: longestQueueBytes)
    // In truncated output a missing job proves nothing.
    guard printed.utf8.count < longestQueueBytes else {
      throw Failure(description: "squeue printed more than \(longestQueueBytes >> 20) MiB")
    }
    return SlurmQueue(printed)
  }
}
