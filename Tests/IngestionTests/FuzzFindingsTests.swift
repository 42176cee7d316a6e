import Foundation
import Testing

@testable import Ingestion
import Tables

/// What fuzzing found, so that it stays mended.
@Suite struct FuzzFindingsTests {
  @Test func aNameTooLongForAFileIsRejectedWithItsLine() {
    let catalogue = VolcanoCatalogue(text: "Etna,37.7,15\n\(String(repeating: "x", count: 300)),1,2\n")
    #expect(catalogue.entries.map(\.key) == ["etna"])
    #expect(catalogue.rejectedLines.map(\.line) == [2])
    #expect(catalogue.rejectedLines.first?.problem.contains("more than 128 bytes") == true)
  }

  @Test func thousandsOfBadLinesAreCountedAndNotKept() {
    let bad = String(repeating: "a,b,c\n", count: 5000)
    let catalogue = VolcanoCatalogue(text: "name,lat,lon\nEtna,37.7,15\n" + bad)
    #expect(catalogue.rejectedLines.count == VolcanoCatalogue.rejectedLimit + 1)
    #expect(catalogue.rejectedLines.last?.problem == "and 4000 more such lines")
    let table = BaselineTable(text: bad)
    #expect(table.faults.count == BaselineTable.faultLimit + 1)
    #expect(table.faults.last == "baselines: and 4000 more such lines")
  }

  @Test func otherLineEndsOfUnicodeStayInTheirField() {
    let records = SeparatedValues.records(in: "a\u{2028}b,c\u{0B}d\ne\u{85}f,g\r\nh,i\rj,k\n", separator: ",")
    #expect(records.map(\.fields) == [["a\u{2028}b", "c\u{0B}d"], ["e\u{85}f", "g"], ["h", "i"], ["j", "k"]])
    #expect(records.map(\.line) == [1, 2, 3, 4])
  }

  @Test func whatCombinesWithASeparatorOrAQuoteIsTextOfTheNextField() {
    let records = SeparatedValues.records(in: "a,\u{301}b\n\"c\"\"\u{301}\",\"d\ne\"\r\n", separator: ",")
    #expect(records.map(\.fields) == [["a", "\u{301}b"], ["c\"\u{301}", "d\ne"]])
    #expect(records.map(\.line) == [1, 2])
  }

  @Test func aNumberThatNoVolcanoHasIsRejectedWithItsLine() {
    let header = "number,name,lat,lon\n"
    let catalogue = VolcanoCatalogue(text: header + "353060,Etna,37.7,15\n-7,Cerro Azul,1,2\n0,Wolf,1,2\n")
    #expect(catalogue.entries.map(\.key) == ["etna"])
    #expect(catalogue.rejectedLines.map(\.line) == [3, 4])
    #expect(catalogue.rejectedLines.first?.problem.contains("number -7") == true)
  }

  @Test func metadataThatAreNoUsefulNumberAreLeftOut() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("metadata-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    for (heading, time) in [
      ("-inf", "1e308:0:0"), ("nan", "nan:0:0"), (String(repeating: "1", count: 70_000), "-1:0:0"),
      ("1e309", "25:0:0"),
    ] {
      try Data("heading=\(heading)\navg_incidence_angle=\(heading)\ncenter_time=\(time)\n".utf8).write(to: file)
      #expect(FrameMetadata.attributes(contentsOf: file.path).isEmpty, "\(heading.prefix(10)) \(time)")
    }
    try Data("heading=-10.15\navg_incidence_angle=39.6\ncenter_time=0:26:14.88\n".utf8).write(to: file)
    #expect(
      FrameMetadata.attributes(contentsOf: file.path)
        == ["HEADING": "-10.15", "CENTER_INCIDENCE_ANGLE": "39.6", "CENTER_LINE_UTC": "1574.88"])
  }
}
