import Testing

@testable import Slurm

@Suite struct SlurmTimeTests {
  @Test(arguments: [
    ("90", 5400), ("10:30", 630), ("12:00:00", 43_200), ("2-12", 216_000), ("1-00:30", 88_200), ("0-00:00:05", 5),
  ])
  func everyFormOfSlurmsIsTaken(text: String, seconds: Int) {
    #expect(SlurmTime(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "0", "-5", "1:2:3:4", "1-", "x", "12h", "1-2-3", "99999999"])
  func whatIsNoTimeIsRefused(text: String) {
    #expect(SlurmTime(text) == nil)
  }
}
