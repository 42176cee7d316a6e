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
  /// - Returns: what it printed.
  /// - Throws: ``Failure`` with what it said.
  public static func run(_ name: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw Failure(description: "\(name) cannot be started: \(error.localizedDescription)")
    }
    // What it says of errors is short and fits into the pipe.
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let reason = String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      throw Failure(
        description: process.terminationStatus == 127
          ? "\(name) is not on the PATH: is this a machine that submits to Slurm?"
          : "\(name) \(arguments.joined(separator: " ")): status \(process.terminationStatus), \(reason)")
    }
    return String(decoding: printed, as: UTF8.self)
  }

  /// Submits a job.
  ///
  /// - Returns: its number.
  /// - Throws: ``Failure`` with what Slurm said.
  public static func submit(_ request: Submission.Request) throws -> String {
    let printed = try run("sbatch", request.arguments)
    // A cluster's name may follow the number.
    guard let id = printed.split(whereSeparator: { ";\n ".contains($0) }).first, Int(id) != nil else {
      throw Failure(description: "sbatch printed no job number, but: \(printed.prefix(200))")
    }
    return String(id)
  }

  /// - Returns: this user's jobs.
  /// - Throws: ``Failure``.
  public static func queue() throws -> SlurmQueue { SlurmQueue(try run("squeue", SlurmQueue.arguments)) }
}
