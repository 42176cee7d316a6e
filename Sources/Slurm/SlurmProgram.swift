import FileReasons
import Foundation

/// Slurm's own programs, run to their end. Blocks.
public enum SlurmProgram {
  /// One that is not there, or did not do what it was asked.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) {
      self.description = description
    }
  }

  /// - Parameters:
  ///   - name: `sbatch`, `squeue` and so on, which must be on the path.
  ///   - arguments: its words.
  ///   - maximumBytes: what is kept of what it prints.
  /// - Returns: what it printed.
  /// - Throws: ``Failure`` with what it said.
  public static func run(
    _ name: String, _ arguments: [String], keeping maximumBytes: Int = 1 << 20
  ) throws -> String {
    let program: FinishedProgram
    do {
      program = try FinishedProgram(name, arguments, keeping: maximumBytes)
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
  /// - Returns: its number.
  /// - Throws: ``Failure`` with what Slurm said.
  public static func submit(_ request: Submission.Request) throws -> String {
    let printed = try run("sbatch", request.arguments)
    guard let id = jobNumber(in: printed) else {
      throw Failure(
        description: "sbatch printed no job ID, so a job unknown to volcsweep may have been submitted "
          + "(find it with squeue --me, cancel it with scancel); sbatch printed: \(printed.prefix(200))")
    }
    return id
  }

  /// The number in what `sbatch --parsable` printed: the last line that is one, or one with a cluster's name after a
  /// semicolon. Sites print lines of their own before it, or after it.
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
    // A wrapper may leave the option out.
    let usual = "Submitted batch job "
    return lines.last { $0.hasPrefix(usual) }.flatMap { number($0.dropFirst(usual.count).prefix { $0 != " " }) }
  }

  private static func isClusterName(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }

  /// Ends jobs, whether they wait or run.
  ///
  /// - Throws: ``Failure`` with what Slurm said.
  public static func cancel(_ jobs: [String]) throws { _ = try run("scancel", jobs) }

  /// Some hundred thousand jobs.
  private static let longestQueueBytes = 1 << 26

  /// - Returns: this user's jobs.
  /// - Throws: ``Failure``.
  public static func queue() throws -> SlurmQueue {
    let printed = try run("squeue", SlurmQueue.arguments, keeping: longestQueueBytes)
    // Of a part of the queue nobody can say what is not in it.
    guard printed.utf8.count < longestQueueBytes else {
      throw Failure(description: "squeue printed more than \(longestQueueBytes >> 20) MiB")
    }
    return SlurmQueue(printed)
  }
}
