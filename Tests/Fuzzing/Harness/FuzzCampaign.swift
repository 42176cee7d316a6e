import ChildProcesses
import Foundation
import Isolation

/// Runs a decoder's inputs in child processes: one that a fault ends, or that hangs, is replaced by another that goes
/// on behind the input that did it.
public struct FuzzCampaign {
  /// An input that a decoder fails at.
  public struct Failure: Hashable, Sendable, CustomStringConvertible {
    public let decoder: String
    public let seed: UInt64
    public let reason: String

    public var description: String {
      "\(decoder): seed \(seed) \(reason); again: make fuzz DECODER=\(decoder) FIRST_SEED=\(seed) COUNT=1"
    }
  }

  /// What a campaign came to.
  public struct Result: Sendable {
    public var accepted = 0
    public var refused = 0
    public var failures: [Failure] = []
  }

  /// Failures after which a campaign ends.
  static let mostFailures = 10

  /// - Parameters:
  ///   - decoder: its name.
  ///   - firstSeed: of the inputs.
  ///   - count: how many.
  ///   - executable: the program whose command is `run DECODER FIRST COUNT`, see ``FuzzRun/serve(_:firstSeed:count:)``.
  /// - Returns: how many inputs were read and refused by the processes that came to their end, and what failed.
  /// - Throws: `StartFailure`, ``UnknownDecoder``, ``Ended``.
  public static func run(
    _ decoder: String, firstSeed: UInt64, count: UInt64, executable: String
  ) throws -> Result {
    guard FuzzedDecoders.isKnown(decoder) else { throw UnknownDecoder(name: decoder) }
    var result = Result()
    var next = firstSeed
    let end = firstSeed + count
    while next < end, result.failures.count < mostFailures {
      let part = try runPart(decoder, next, end - next, executable, &result)
      next = part
    }
    return result
  }

  /// A child that ended before it decoded anything.
  struct Ended: Error, CustomStringConvertible {
    let description: String
  }

  /// - Returns: the seed to go on with.
  private static func runPart(
    _ decoder: String, _ first: UInt64, _ count: UInt64, _ executable: String, _ result: inout Result
  ) throws -> UInt64 {
    let note = try FileNote()
    let child = try ChildProcess(
      Program(.path(executable), ["run", decoder, String(first), String(count)]), passing: note.descriptor)
    defer {
      _ = child.end()
      unlink(InputFile.pathOnDisk(of: child.pid))
    }
    var last: UInt64?
    var watched = (steps: 0 as UInt64, seconds: 0.0)
    while true {
      switch child.nextLine(withinSeconds: 0.5) {
      case .line(let line):
        switch try JSONDecoder().decode(FuzzMessage.self, from: line) {
        case .failure(let seed, let reason):
          result.failures.append(Failure(decoder: decoder, seed: seed, reason: reason))
          last = seed
        case .done(let accepted, let refused):
          result.accepted += accepted
          result.refused += refused
          return first + count
        }
      case .closed:
        let ending = child.end(graceSeconds: 10)
        if let last, ending.exitStatus == 0 { return last + 1 }
        guard let seed = UInt64(note.read().path) else {
          throw Ended(description: "\(decoder): its process ended before the first input: \(child.lastLine)")
        }
        let words = child.lastLine.isEmpty ? "" : ": \(child.lastLine)"
        result.failures.append(
          Failure(decoder: decoder, seed: seed, reason: ending.reason(under: FuzzRun.limits) + words))
        return seed + 1
      case .timedOut:
        let content = note.read()
        if content.steps != watched.steps { watched = (content.steps, child.processorSeconds) }
        guard child.processorSeconds - watched.seconds > FuzzRun.secondsPerInput, let seed = UInt64(content.path)
        else { continue }
        _ = child.end()
        result.failures.append(
          Failure(decoder: decoder, seed: seed, reason: "takes more than \(FuzzRun.secondsPerInput) s"))
        return seed + 1
      }
    }
  }
}
