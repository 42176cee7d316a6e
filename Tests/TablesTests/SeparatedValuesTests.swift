import Tables
import Testing

/// Quotes that do not end.
@Suite struct SeparatedValuesTests {
  private func records(_ text: String) -> [SeparatedValues.Record] {
    SeparatedValues.records(in: text, separator: ",")
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func aQuoteThatDoesNotEndEndsWithItsLine(lineEnd: String) {
    let lines = ["12,\"Fuego,14.47", "13,Wolf,\"0\"", "14,\"\",2"]
    let found = records(lines.joined(separator: lineEnd))
    #expect(found.map(\.fields) == [["12", "Fuego,14.47"], ["13", "Wolf", "0"], ["14", "", "2"]])
    #expect(found.map(\.line) == [1, 2, 3])
    #expect(found.map(\.unendedQuote) == [1, nil, nil])
  }

  @Test func theNextQuoteBelowBelongsToItsOwnLine() {
    let found = records("a,\"b,1\nc,d\ne,\"f, g\",2\n")
    #expect(found.map(\.fields) == [["a", "b,1"], ["c", "d"], ["e", "f, g", "2"]])
    #expect(found.map(\.unendedQuote) == [1, nil, nil])
  }

  @Test func theLineIsTheQuotesOwn() {
    let found = records("\"x\ny\",\"z\nw,v\n")
    #expect(found.map(\.fields) == [["x\ny", "z"], ["w", "v"]])
    #expect(found.map(\.line) == [1, 3])
    #expect(found.map(\.unendedQuote) == [2, nil])
    let lone = records("a,b\n\"\nc,d\n")
    #expect(lone.map(\.line) == [1, 2, 3])
    #expect(lone.map(\.unendedQuote) == [nil, 2, nil])
  }

  @Test(arguments: [
    "a,\"b\nc\",d\n", "a,\"b\nc\"", "a,\"b\nc\" \t,d\r\n", "a,\"b\n\"\"c\"\"\"\n", "\"a\"b,c\n", "a\"b,\"\"\n",
    "a,\"b \"\" c\"\n",
  ])
  func quotesThatEndAreNotReported(text: String) {
    #expect(records(text).allSatisfy { $0.unendedQuote == nil })
    #expect(records(text).count == 1)
  }

  @Test func oneSuchQuoteOnEveryLineIsReadInLinearTime() {
    for doubled in [0, 7] {
      let line = "a,\"b" + String(repeating: "\"\"", count: doubled) + ",1\n"
      let found = records(String(repeating: line, count: 20_000))
      #expect(found.map(\.unendedQuote) == (1...20_000).map { $0 as Int? })
    }
  }
}
