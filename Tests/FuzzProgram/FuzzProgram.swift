import ArgumentParser
import Foundation
import FuzzHarness

/// `volcsweep-fuzz`: throws damaged inputs at the program's own decoders.
@main
struct FuzzProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "volcsweep-fuzz", abstract: "Throws damaged inputs at volcsweep's own decoders.",
    subcommands: [Campaign.self, Run.self], defaultSubcommand: Campaign.self)

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
        failed = failed || !result.failures.isEmpty
      }
      if failed { throw ExitCode(1) }
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
