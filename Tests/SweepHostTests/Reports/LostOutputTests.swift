import Foundation
import Testing

/// Standard output and error that take nothing, with the real program.
@Suite(.serialized) struct LostOutputTests {
  private static let commands = [
    "rank --scores scores.txt", "model inspect default", "model list", "model compare default default", "help",
    "--help", "--version", "sweep --help", "why run 1", "status run", "status run --json", "status run --watch",
    "reduce run", "compare run run", "keys keys --worker one", "keys keys --list", "reviews export run",
    "synthesize products --volcanoes 1 --acquisitions 2 --size 300 --deforming 0", "dataset summary products",
    "evaluate default --on products --bootstrap 0",
  ]

  private func swept() throws -> SweepBench {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    try Data("alba_20220108_20220120.geo.diff_pha 0.5\n".utf8).write(to: bench.folder.appending(path: "scores.txt"))
    let sweep = try bench.run(["sweep", bench.job("run", "kernels: usual\n").path, "--workers", "1"])
    try #require(sweep.status == 0, "\(sweep.errors)")
    return bench
  }

  @Test func everyCommandReportsThatItsOutputIsLost() throws {
    let bench = try swept()
    for command in Self.commands {
      for target in [">/dev/full", ">&-"] {
        let said = try bench.shell("rm -rf products.now; $V \(command) \(target)")
        // Made by the first of the two.
        if command.hasPrefix("synthesize") || command.hasPrefix("keys keys --worker"), target == ">&-" { continue }
        #expect(said.status == 74, "\(command) \(target): \(said)")
        #expect(said.output.contains("standard output cannot be written"), "\(command): \(said)")
      }
    }
  }

  /// `set -o pipefail` notices what a reader that ends early did not see.
  @Test func aReaderThatEndsEarlyIsNoCrash() throws {
    let bench = try swept()
    let said = try bench.shell("{ sleep 0.2; $V reduce run; echo \"status $?\" >&2; } | true")
    #expect(said.output.contains("status 74") && said.output.contains("Broken pipe"), "\(said)")
    // What is complete by then is complete.
    let head = try bench.shell("$V rank --scores scores.txt | head -1; echo ${PIPESTATUS[0]}")
    #expect(head.output.hasSuffix("\n0\n") || head.output.hasSuffix("\n74\n"), "\(head)")
  }

  @Test func aSweepThatIsDoneSaysThatItsListIsLost() throws {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    let job = try bench.job("run", "kernels: usual\n").path
    let said = try bench.shell("$V sweep \(job) --workers 1 >/dev/full")
    #expect(said.status == 74, "\(said)")
    #expect(FileManager.default.fileExists(atPath: bench.folder.appending(path: "run/results/volcanoes.csv").path))
  }

  @Test(arguments: ["2>/dev/full", "2>&-", "2> >(true)", "2>&- >&- <&-", "2>small/log"])
  func aMessageThatCannotBeWrittenEndsNothing(target: String) throws {
    let bench = try SweepBench(stacks: 2, pairs: 12)
    let job = try bench.job("run", "unit-size: 2\nkernels: usual\n").path
    let calm = try bench.job("calm", "unit-size: 2\nkernels: usual\n").path
    #expect(try bench.run(["sweep", calm, "--workers", "1"]).status == 0)
    // A limit on the size of files stands for the disk that fills.
    let said = try bench.shell(
      "mkdir small; (\(target.contains("small") ? "ulimit -f 1;" : "") $V status nosuch \(target) >/dev/null); a=$?; "
        + "$V sweep \(job) --workers 2 --verbose \(target == "2>small/log" ? "2>/dev/full" : target) >out.txt; "
        + "echo \"statuses $a $?\"")

    #expect(said.output.contains("statuses 1 0"), "\(target): \(said)")
    #expect(try bench.results("run") == bench.results("calm"))
  }

  /// Nobody reads what a sweep says: a pipe that is full, as before a pager or a program that is stopped.
  @Test func aReaderOfMessagesThatStopsHoldsUpNoSweep() throws {
    let bench = try SweepBench(stacks: 2, pairs: 12)
    let job = try bench.job("run", "unit-size: 1\nkernels: usual\n").path
    let said = try bench.shell(
      "mkfifo pipe; sleep 100 <pipe & reader=$!; exec 9>pipe; head -c 65536 /dev/zero >&9; "
        + "timeout 60 $V sweep \(job) --workers 1 --verbose 2>&9 >out.txt; echo \"status $?\"; kill -9 $reader")
    #expect(said.output.contains("status 0"), "\(said)")
  }

  /// A terminal that goes is a wish to end in order, and under nohup none at all.
  @Test func aHangUpDrainsAndUnderNohupIsNone() throws {
    let bench = try SweepBench(stacks: 4, pairs: 60)
    let job = try bench.job("run", "unit-size: 2\nkernels: usual\n").path
    let wait =
      "for _ in $(seq 600); do grep -q '\"scored\" : [1-9]' run/status.json 2>/dev/null && break; sleep 0.05; done"
    let drained = try bench.shell(
      "$V sweep \(job) --workers 2 2>err.txt >out.txt & p=$!; \(wait); kill -HUP $p; kill -HUP $p; wait $p; "
        + "echo \"status $?\"")
    let words = try bench.text("err.txt")
    #expect(drained.output.contains("status 130"), "\(drained) \(words)")
    #expect(words.contains("run the same command again"))
    let kept = try bench.shell(
      "rm run/status.json; trap '' HUP; $V sweep \(job) --workers 2 2>err.txt >out.txt & p=$!; \(wait); "
        + "kill -HUP $p; wait $p; echo \"status $?\"")
    let later = try bench.text("err.txt")
    #expect(kept.output.contains("status 0"), "\(kept) \(later)")
  }
}
