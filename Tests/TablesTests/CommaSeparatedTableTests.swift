import Testing

import Tables

@Suite struct CommaSeparatedTableTests {
  @Test func plainFieldsStandAsTheyAre() {
    var table = CommaSeparatedTable(header: ["name", "value"])
    table.append(["sierra_negra", "0.5"])
    table.append(["Öræfajökull", ""])
    #expect(table.text == "name,value\nsierra_negra,0.5\nÖræfajökull,\n")
  }

  @Test(
    arguments: [
      ("Negra, Sierra", "\"Negra, Sierra\""), ("the \"big\" one", "\"the \"\"big\"\" one\""),
      ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\nlines\""), (" padded", "\" padded\""),
      ("padded ", "\"padded \""), ("a b", "a b"), ("\"", "\"\"\"\""),
      ("a \"\u{301}b", "\"a \"\"\u{301}b\""),
    ])
  func fieldsThatWouldBreakARowAreQuoted(field: String, written: String) {
    var table = CommaSeparatedTable(header: ["a", "b"], holdsParagraphs: true)
    table.append([field, "1"])
    #expect(table.text == "a,b\n\(written),1\n")
  }
}
