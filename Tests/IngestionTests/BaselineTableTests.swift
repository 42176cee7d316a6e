import Foundation
import Interferometry
import Testing

@testable import Ingestion

@Suite struct BaselineTableTests {
  private func metres(_ table: BaselineTable, _ pair: String) throws -> Float {
    table.perpendicularBaselineMetres(of: try #require(DatePair(pair)))
  }

  @Test func rowsRelativeToOneDateGiveAPairTheirDifference() throws {
    let table = BaselineTable(
      text: "20201210 20240106 -61 1122\n20201210 20240118 37 1134\n20201210 20240130 123 1146\n")
    #expect(try metres(table, "20240106_20240118") == 98)
    #expect(try metres(table, "20240118_20240106") == -98)
    #expect(try metres(table, "20201210_20240130") == 123)
    #expect(try metres(table, "20240106_20240212").isNaN)
    #expect(table.faults.isEmpty)
  }

  @Test func rowsOfPairsGiveTheirOwnAndChainsTheirSum() throws {
    let table = BaselineTable(
      text: "20170302 20170314 32.5 12\n20170314 20170326 98.5 12\n20180101 20180113 -7 12\n")
    #expect(try metres(table, "20170314_20170326") == 98.5)
    #expect(try metres(table, "20170302_20170326") == 131)
    #expect(try metres(table, "20170302_20180113").isNaN)
  }

  @Test func nineColumnsGiveThePairAndItsDates() throws {
    let table = BaselineTable(
      text: """
        1 20170218 20170326 96.6 36.0 -12.0 24.0 34.25 130.75
        2 20170302 20170314 32.5 12.0 0.0 12.0 0.0 32.5
        """)
    #expect(try metres(table, "20170218_20170326") == 96.6)
    #expect(try metres(table, "20170218_20170314") == -1.75)
  }

  @Test(arguments: [
    "20201210,20240106,-61.5,1122\r\n", "20201210;20240106;-61,5;1122\r\n", "20201210, 20240106, -61.5, 1122\n",
    "20201210\t20240106\t\u{2212}61.5\t1122\n",
  ])
  func whatSpreadsheetProgramsSaveIsTheSameTable(text: String) throws {
    let path = NSTemporaryDirectory() + "baselines-\(UUID().uuidString.prefix(8))"
    defer { unlink(path) }
    for encoding in [String.Encoding.utf8, .utf16] {
      try #require(text.data(using: encoding)).write(to: URL(fileURLWithPath: path))
      let table = BaselineTable(contentsOf: path)
      #expect(try metres(table, "20201210_20240106") == -61.5)
      #expect(table.faults.isEmpty)
    }
  }

  @Test func baselinesThatNoStackMayHaveAreUnknown() throws {
    let table = BaselineTable(
      text: "20240106 20240118 250000 12\n20240118 20240130 90000 12\n20240130 20240211 90000 12\n")
    #expect(table.faults.count == 1)
    #expect(try metres(table, "20240106_20240118").isNaN)
    #expect(try metres(table, "20240118_20240130") == 90_000)
    #expect(try metres(table, "20240118_20240211").isNaN)
  }

  @Test func badLinesAreNamedAndTheOthersKept() throws {
    let table = BaselineTable(
      text: "20201210 20240106 -61 1122\n20201210 20240132 37 1134\nhello\n\n20201210 20240118 37 1134\n", file: "b"
    )
    #expect(table.faults.count == 2)
    #expect(table.faults[0].hasPrefix("b: line 2: "))
    #expect(try metres(table, "20240106_20240118") == 98)
    #expect(BaselineTable(contentsOf: "/none/baselines").faults.count == 1)
  }
}
