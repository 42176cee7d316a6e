import ChildProcesses
import Foundation
import Testing

/// Programs that leave something running, or print without end.
@Suite struct FinishedProgramTests {
  private func run(_ script: String, keeping maximumBytes: Int = 1 << 20) throws -> FinishedProgram {
    try FinishedProgram(Program(.name("bash"), ["-c", script]), keeping: maximumBytes)
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "echo 789; yes & exit 0", "echo 789; yes >&2 & exit 0",
      "echo 789; for i in {1..3000}; do echo x; sleep 0.01; done & exit 0", "echo 789; sleep 50 & exit 0",
    ])
  func whatAProgramLeavesBehindIsNotWaitedForHoweverMuchItPrints(script: String) throws {
    let start = ContinuousClock.now
    let program = try run(script)
    #expect(ContinuousClock.now - start < .seconds(20), "\(script)")
    #expect(program.status == 0 && program.output.starts(with: Data("789\n".utf8)), "\(script)")
    #expect(program.output.count <= 1 << 20 && program.errors.count <= 1 << 20, "\(script)")
  }

  @Test(.timeLimit(.minutes(1)))
  func theBeginningOfWhatIsPrintedIsKeptAndTheProgramIsReadToItsEnd() throws {
    let program = try run("echo 789; head -c 3000000 /dev/zero; echo no >&2; exit 3", keeping: 1000)
    #expect(program.status == 3)
    #expect(program.output.count == 1000 && program.output.starts(with: Data("789\n".utf8)))
    #expect(program.errors == Data("no\n".utf8))
    #expect(try run("head -c 900000 /dev/zero").output.count == 900_000)
  }
}
