import Foundation
import Interferometry
import SweepRecords
import Testing

@testable import Ledger
@testable import Reduction

/// What is said of the machines behind the results.
@Suite struct MachineReportTests {
  private func kind(_ processor: String, kernel: String = "Zen", plan: String = "0123456789") -> MachineKind {
    MachineKind(processor: processor, blasKernel: kernel, planHash: plan)
  }

  private func difference(_ first: String, _ second: String) throws -> KnownDifference {
    KnownDifference(
      id: InterferogramID(volcano: "alba", frame: "001A", pair: try #require(DatePair("20200101_20200113"))),
      first: KnownWorker(name: first, kind: kind("p")), second: KnownWorker(name: second, kind: kind("q")),
      detail: "0.93, not 0.13", time: 0)
  }

  @Test func oneKindIsNotWorthALine() {
    #expect(MachineReport(kinds: [(kind("p"), 7)], differences: []).kinds == nil)
    #expect(MachineReport(kinds: [], differences: []).warnings.isEmpty)
  }

  private func line(_ kinds: (MachineKind, Int)...) -> String? {
    MachineReport(kinds: kinds.map { (kind: $0.0, interferograms: $0.1) }, differences: []).kinds
  }

  @Test func whatDiffersIsNamedAndNothingElse() {
    #expect(line((kind("p"), 7), (kind("q"), 2)) == "the results come from 2 kinds of machines: p (7); q (2)")
    // One machine, before and after a rescoring.
    #expect(
      line((kind("p"), 7), (kind("p", plan: "abcdefghij"), 2))
        == "the results come from 2 network plans: plan 01234567 (7); plan abcdefgh (2)")
    #expect(
      line((kind("p"), 7), (kind("p", kernel: "Haswell"), 2))
        == "the results come from 2 BLAS kernels: Zen (7); Haswell (2)")
    #expect(
      line((kind("p"), 7), (kind("q", plan: "abcdefghij"), 2))
        == "the results come from 2 kinds of machines and 2 network plans: p, plan 01234567 (7); q, plan abcdefgh (2)"
    )
  }

  @Test func machinesThatDisagreeAreSuspectMostOftenFirst() throws {
    let report = MachineReport(
      kinds: [],
      differences: [try difference("a:1", "b:2"), try difference("a:1", "c:3"), try difference("a:1", "c:3")])
    #expect(report.warnings.count == 2)
    #expect(report.warnings[0].hasPrefix("suspect machines: c:3 (q, Zen) and a:1 (p, Zen) disagree on 2 interf"))
    #expect(report.warnings[1].contains("alba_001A_20200101_20200113: 0.93, not 0.13"))
  }
}
