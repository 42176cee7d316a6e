import Foundation
import Isolation

/// What a seed's input came to, as the process that decodes it tells it in one line.
enum FuzzMessage: Codable {
  /// The decoder broke a promise, took too long or too much memory, but the process lives.
  case failure(seed: UInt64, reason: String)
  /// All seeds are done.
  case done(accepted: Int, refused: Int)
}

/// Decodes inputs one after the other in this process, which a fault may end.
public enum FuzzRun {
  /// Processor time of one input, seconds.
  static let secondsPerInput = 10.0
  /// What this process may have in use beside what the decoder has when it is ready, bytes.
  static let peakBytesPerInput: UInt64 = 512 << 20
  static let limits = ProcessLimits(memoryBytes: 2 << 30, secondsPerFile: secondsPerInput)

  /// Decodes the inputs of `count` seeds; the note says which seed is at hand. Blocks.
  ///
  /// - Parameters:
  ///   - name: the decoder's.
  ///   - firstSeed: of the inputs.
  ///   - count: how many.
  ///   - note: where the seed at hand is written.
  ///   - say: told each failure, and the end.
  /// - Throws: what making the decoder throws.
  static func run(
    _ name: String, firstSeed: UInt64, count: UInt64, note: FileNote, say: (FuzzMessage) -> Void
  ) throws {
    guard let decoder = try FuzzedDecoders.make(name) else { throw UnknownDecoder(name: name) }
    let memory = PeakMemory()
    let ready = memory.bytes
    var (accepted, refused) = (0, 0)
    for seed in firstSeed..<firstSeed + count {
      note.write(.writing, String(seed))
      let input = decoder.input(seed: seed)
      let start = processorSeconds
      do {
        if try decoder.accepts(input) { accepted += 1 } else { refused += 1 }
      } catch {
        say(.failure(seed: seed, reason: "breaks its promise: \(error)"))
      }
      let seconds = processorSeconds - start
      if seconds > secondsPerInput { say(.failure(seed: seed, reason: "takes \(seconds) s")) }
      let peak = memory.bytes
      if peak > ready + peakBytesPerInput {
        // The peak never falls again: another process goes on.
        say(.failure(seed: seed, reason: "takes \((peak - ready) >> 20) MiB of memory for \(input.count) bytes"))
        return
      }
    }
    note.write(.nothing)
    say(.done(accepted: accepted, refused: refused))
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// What a child process does: see ``FuzzCampaign``.
  public static func serve(_ name: String, firstSeed: UInt64, count: UInt64) throws {
    limits.bindThisProcess()
    try run(name, firstSeed: firstSeed, count: count, note: FileNote(ofParent: ())) { message in
      guard var line = try? JSONEncoder().encode(message) else { return }
      line.append(0x0A)
      FileHandle.standardOutput.write(line)
    }
  }
}

/// A decoder that is asked for and not there.
struct UnknownDecoder: Error, CustomStringConvertible {
  let name: String

  var description: String {
    "there is no decoder “\(name)”; there are \(FuzzedDecoders.all.keys.sorted().joined(separator: ", "))"
  }
}
