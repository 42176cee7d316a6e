import ArgumentParser
import Foundation
import FuzzHarness

/// `volcsweep-fuzz`: throws damaged inputs at the program's own decoders.
@main
struct FuzzProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "volcsweep-fuzz", abstract: "Throws damaged inputs at volcsweep's own decoders.",
    subcommands: [Campaign.self, Run.self, Corpus.self, Show.self], defaultSubcommand: Campaign.self)

  struct Campaign: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Supervises; exit status 1 if any input fails.")

    @Option(help: "A decoder's name; all if not given.")
    var decoder: String?

    @Option(help: "The first input's seed.")
    var firstSeed: UInt64 = 0

    @Option(help: "Inputs for each decoder.")
    var count: UInt64 = 100_000

    func run() throws {
      let executable =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
      var failed = false
      for name in decoder.map({ [$0] }) ?? FuzzedDecoders.all.keys.sorted() {
        let start = ContinuousClock.now
        let result = try FuzzCampaign.run(name, firstSeed: firstSeed, count: count, executable: executable)
        let seconds = ((ContinuousClock.now - start) / .seconds(1)).formatted(.number.precision(.fractionLength(1)))
        print(
          "\(name): \(result.accepted) read, \(result.refused) refused, \(result.failures.count) failed, \(seconds) s"
        )
        for failure in result.failures { print("FAILED \(failure)") }
        // Also where nobody sits at a terminal.
        fflush(nil)
        failed = failed || !result.failures.isEmpty
      }
      if failed { throw ExitCode(1) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes the input that a seed stands for to standard output.")

    @Argument var decoder: String
    @Argument var seed: UInt64

    func run() throws {
      guard let decoder = try FuzzedDecoders.make(decoder) else {
        throw ValidationError("there is no decoder \(self.decoder)")
      }
      FileHandle.standardOutput.write(Data(decoder.input(seed: seed)))
    }
  }

  struct Corpus: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a decoder's sound inputs into a folder; names the decoders of any bytes without one.")

    @Option(help: "The decoder's name.")
    var decoder: String?

    @Option(help: "Where the inputs go, a file each.")
    var folder: String?

    func run() throws {
      guard let decoder, let folder else {
        for name in FuzzedDecoders.all.keys.sorted() where try FuzzedDecoders.make(name)?.takesAnyBytes == true {
          print(name)
        }
        return
      }
      let inputs = try FuzzedDecoders.make(decoder)?.soundInputs ?? []
      for (index, input) in inputs.enumerated() {
        try Data(input).write(to: URL(filePath: folder).appending(path: "sound-\(index)"))
      }
    }
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decodes inputs in this process.", shouldDisplay: false)

    @Argument var decoder: String
    @Argument var firstSeed: UInt64
    @Argument var count: UInt64

    func run() throws { try FuzzRun.serve(decoder, firstSeed: firstSeed, count: count) }
  }
}
