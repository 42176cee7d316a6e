import Foundation
import Testing

/// Names on the command line that are wrong, nearly right, or those of an earlier version.
@Suite struct CommandNamesTests {
  @Test(arguments: [
    ("help nothing", "'volcsweep' has no command 'nothing'; the commands are ingest, "),
    ("help swep", "'volcsweep' has no command 'swep'; did you mean sweep?"),
    ("swep job.yaml", "'volcsweep' has no command 'swep'; did you mean sweep?"),
    ("help model nothing", "'volcsweep model' has no command 'nothing'; the commands are add, "),
    ("help model plan nothing", "'volcsweep model plan' has no command 'nothing'; it has no subcommands"),
    ("model inspct default", "'volcsweep model' has no command 'inspct'; did you mean inspect?"),
    ("sweep job.yaml --log-format jsn", "Did you mean 'json'?"),
    ("model plan default --precision bfloat61", "Did you mean 'bfloat16'?"),
    ("model plan default --library clbas", "did you mean cblas?"),
    ("synthesize out --sources mogi,dike", "did you mean dyke?"),
    ("synthesize out --terrain caldra", "Did you mean 'caldera'?"),
  ])
  func aNameThatIsNotKnownIsAMistakeAndTheNearestIsSuggested(line: String, message: String) throws {
    let bench = try SweepBench(stacks: 0, pairs: 0)
    let refused = try bench.run(line.split(separator: " ").map(String.init))
    #expect(refused.status == 64 && refused.errors.contains(message), "\(refused)")
    #expect(refused.output.isEmpty)
  }

  @Test func helpOfCommandsThatExistIsPrinted() throws {
    let bench = try SweepBench(stacks: 0, pairs: 0)
    for line in [["help"], ["help", "model", "plan"], ["help", "sweep"], ["model"], []] {
      let said = try bench.run(line)
      #expect(said.status == 0 && said.output.contains("USAGE: volcsweep"), "\(line): \(said)")
    }
  }

  @Test func namesOfEarlierVersionsAreAcceptedWithAWarning() throws {
    let bench = try SweepBench(stacks: 0, pairs: 0)
    let worker = try bench.run(["worker", "ipc:///nowhere/socket", "--patience=0"])
    #expect(worker.status == 64 && worker.errors.contains("warning: the option --patience is now --timeout"))
    #expect(worker.errors.contains("--timeout is 0.0, but must be between 1 and 604800 seconds"), "\(worker)")
    let invent = try bench.run(["dataset", "invent", "--help"])
    #expect(invent.status == 0 && invent.output.contains("volcsweep dataset synthesize"), "\(invent)")
    #expect(invent.errors.contains("warning: the command 'dataset invent' is now 'dataset synthesize'"))
    // The same word is another option's name elsewhere.
    let train = try bench.run(["train", "--patience", "3", "--help"])
    #expect(train.status == 0 && train.errors.isEmpty, "\(train)")
  }

  @Test func filesAndRunsThatDoNotExistAreSuggested() throws {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    let job = try bench.job("quiet").path
    #expect(try bench.run(["sweep", job, "--plan-only"]).status == 0)
    let run = bench.folder.appending(path: "quite").path
    for command in [
      ["status", run], ["reduce", run], ["why", run, "1"], ["check", run], ["compare", run, run],
    ] {
      let refused = try bench.run(command)
      #expect(refused.status == 1 && refused.errors.contains("the run folder \(run) does not exist"), "\(refused)")
      #expect(refused.errors.contains("did you mean \(bench.folder.path)/quiet?"), "\(refused)")
    }
    let misspelt = job.replacing("quiet.yaml", with: "queit.yaml")
    let refused = try bench.run(["sweep", misspelt])
    #expect(refused.status == 78 && refused.errors.contains("did you mean \(job)?"), "\(refused)")
    let model = try bench.run(["model", "inspect", "defualt"])
    #expect(model.status == 1 && model.errors.contains("did you mean default?"), "\(model)")
  }
}
