import Messaging
import Testing

@testable import Work

@Suite struct UnacknowledgedResultsTests {
  private func result(_ unit: UInt64) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease.unit = unit
    return result
  }

  @Test func eachIsDueAfterItsTimeThenAfterTwiceAsLongAtMostSixteenTimes() {
    var results = UnacknowledgedResults(resendSeconds: 5)
    results.insert(result(1), at: 0)
    var sent: [Int] = []
    for second in 1...400 where !results.takeDue(at: Double(second)).isEmpty { sent.append(second) }
    #expect(sent == [5, 15, 35, 75, 155, 235, 315, 395])
  }

  @Test func theyComeInTheOrderInWhichTheyWereComputedAndNoneTwice() {
    var results = UnacknowledgedResults(resendSeconds: 5)
    for unit: UInt64 in [7, 3, 9, 1] { results.insert(result(unit), at: Double(unit) / 100) }
    results.remove(result(9).lease)
    #expect(results.leases.map(\.unit) == [7, 3, 1])
    #expect(results.takeDue(at: 5.02).map(\.lease.unit) == [1])
    #expect(results.takeDue(at: 5.08).map(\.lease.unit) == [7, 3])
    #expect(results.takeDue(at: 5.09).isEmpty)
    #expect(results.takeDue(at: 5.1, all: true).map(\.lease.unit) == [7, 3, 1])
    #expect(results.contains(result(3).lease) && !results.contains(result(9).lease))
    results.removeAll()
    #expect(results.isEmpty && results.takeDue(at: 100, all: true).isEmpty)
  }
}
