import Foundation
import ProcessResources
import Testing

@testable import Coordination

/// A machine that gives the sweep or its workers too little, with the real program.
@Suite(.serialized) struct ShortageTests {
  /// Nothing of it is silent, a crash, or without an end; where a limit leaves enough, the sweep is done.
  @Test(arguments: ["-v 400000", "-v 550000", "-v 700000", "-n 20", "-n 40"])
  func aSweepThatIsGivenTooLittleEndsAndSaysWhy(limit: String) throws {
    let bench = try SweepBench(stacks: 1, pairs: 3)
    let job = try bench.job("run", "kernels: usual\n").path
    let said = try bench.shell("ulimit \(limit); timeout -k 5 60 $V sweep \(job) --workers 2")
    #expect([0, 1, 71].contains(said.status), "\(limit): \(said)")
    if said.status != 0 { #expect(said.output.contains("ulimit"), "\(limit): \(said)") }
  }

  @Test func softLimitsThatAreTooLowAreRaised() throws {
    let bench = try SweepBench(stacks: 1, pairs: 3)
    let job = try bench.job("run", "kernels: usual\n").path
    let said = try bench.shell("ulimit -S -n 20; ulimit -S -v 400000; timeout -k 5 60 $V sweep \(job) --workers 2")
    #expect(said.status == 0, "\(said)")
  }

  @Test func aWorkerThatIsGivenTooLittleSaysWhyWithAStatusOfItsOwn() throws {
    let bench = try SweepBench(stacks: 0, pairs: 0)
    let said = try bench.shell("ulimit -v 500000; timeout 20 $V worker ipc:///nowhere/socket --timeout 1")
    #expect(said.status == 71 && said.output.contains("address space (ulimit -v)"), "\(said)")
  }

  @Test func aSlotWithoutSystemResourcesIsGivenUpSoon() {
    var backOff = BackOff(SupervisionLimits())
    let short = ProcessEnd(exitStatus: ResourceShortage.exitStatus, logTail: "needs 10 more threads")
    #expect(backOff.next(after: short, lifeSeconds: 0.1) == .pause(seconds: 1))
    #expect(backOff.next(after: short, lifeSeconds: 0.1) == .pause(seconds: 1))
    guard case .giveUp(let reason) = backOff.next(after: short, lifeSeconds: 0.1) else {
      Issue.record("not given up")
      return
    }
    #expect(reason.contains("needs 10 more threads"))
  }
}
