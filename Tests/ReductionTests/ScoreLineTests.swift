import Testing

@testable import Reduction

@Suite struct ScoreLineTests {
  func read(_ text: String) throws -> ScoreLine {
    try Array(text.utf8).withUnsafeBytes { try ScoreLine($0) }
  }

  func problem(_ text: String) -> ScoreLine.Problem? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return error as? ScoreLine.Problem
    }
  }

  @Test func aLineIsAVolcanoTwoDatesAndAProbability() throws {
    let line = try read("soufriere_st._vincent_20160305_20160422.geo.diff_pha 0.000114")
    #expect(line.volcano == "soufriere_st._vincent")
    #expect(line.id == "soufriere_st._vincent_20160305_20160422")
    #expect(line.pair.description == "20160305_20160422")
    #expect(line.probability == 0.000114)
  }

  @Test(
    arguments: [
      "0", "1", "0.5", "0.971164", "1.000000", "0.000001", "1e-3", "2.5E-7", "0.123456789012345678", ".25", "1.",
    ])
  func probabilitiesAreReadAsCorrectlyRoundedDecimals(text: String) throws {
    let expected = text == "1." ? 1 : Double(text)
    #expect(try read("a_20160305_20160422.geo.diff_pha \(text)").probability == expected)
  }

  @Test(arguments: [
    "NAME 0,5", "NAME,0.5", "NAME;0,5", "NAME\t0.5", "\"NAME\",\"0.5\"", "\u{FEFF}NAME,0.5\r", "NAME , 0.5,,",
    "NAME 0.5\r",
  ])
  func whatSpreadsheetProgramsSaveIsTheSameLine(text: String) throws {
    let line = try read(text.replacing("NAME", with: "a_20160305_20160422.geo.diff_pha"))
    #expect(line.probability == 0.5 && line.volcano == "a" && line.pair.description == "20160305_20160422")
  }

  @Test(
    arguments: [
      ("adwa_20151130_20151224.geo.diff_pha 0.000754/Users/someone/list.txt", .notANumber),
      ("adwa_20151130_20151224.geo.diff_pha", .notTwoFields),
      ("adwa_20151130_20151224.geo.diff_pha 0.5 0.6", .notTwoFields),
      ("adwa_20151130_20151224.geo.diff_pha ", .notANumber),
      ("adwa_20151130_20151224.geo.diff_pha .", .notANumber),
      ("adwa_20151130_20151224.geo.diff_pha nan", .notANumber),
      ("adwa_20151130_20151224.geo.diff_pha inf", .notANumber),
      ("adwa_20151130_20151224.geo.diff_pha 0x1p-1", .notANumber),
      ("adwa_20151130_20151224.geo.diff_pha 0,5,1", .notANumber),
      ("adwa_20151130_20151224.geo.diff_pha 1.000001", .notAProbability),
      ("adwa_20151130_20151224.geo.diff_pha -0.1", .notAProbability),
      ("adwa_20151130_20151224.geo.diff_pha 1e999", .notAProbability),
      ("adwa_20151130_20151224.geo.unw 0.5", .wrongSuffix),
      ("adwa_20151130_20150230.geo.diff_pha 0.5", .noDates),
      ("adwa_20151130.geo.diff_pha 0.5", .noDates),
      ("adwa20151130_20151224.geo.diff_pha 0.5", .noDates),
      ("_20151130_20151224.geo.diff_pha 0.5", .noVolcano),
      (".geo.diff_pha 0.5", .noDates),
      ("x", .notTwoFields),
    ] as [(String, ScoreLine.Problem)])
  func malformedLinesAreNamedForWhatIsWrong(text: String, expected: ScoreLine.Problem) {
    #expect(problem(text) == expected)
  }
}

@Suite struct LineSplitterTests {
  func lines(_ pieces: [String]) -> [String] {
    var splitter = LineSplitter()
    var lines: [String] = []
    func note(_ line: LineSplitter.Line) {
      switch line {
      case .whole(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: lines.append("<too long>")
      }
    }
    for piece in pieces { Array(piece.utf8).withUnsafeBytes { splitter.split($0, note) } }
    splitter.finish(note)
    return lines
  }

  @Test func linesAreTheSameWhereverThePiecesAreCut() {
    let text = "one\ntwo two\n\nfour\nfive without end"
    let expected = ["one", "two two", "", "four", "five without end"]
    for first in 0...text.count {
      for second in first...text.count {
        let pieces = [
          String(text.prefix(first)), String(text.prefix(second).dropFirst(first)), String(text.dropFirst(second)),
        ]
        #expect(lines(pieces) == expected)
      }
    }
  }

  @Test func aLineBeyondTheLimitIsOneTooLongLineAndItsNeighboursStay() {
    let long = String(repeating: "x", count: 5000)
    #expect(lines(["a\n\(long)\nb\n"]) == ["a", "<too long>", "b"])
    #expect(lines(["a\n" + long.prefix(4000), String(long.dropFirst(4000)), "\nb"]) == ["a", "<too long>", "b"])
    let longest = String(repeating: "y", count: LineSplitter.longest)
    #expect(lines(["\(longest)\n"]) == [longest])
    #expect(lines([String(longest.prefix(7)), String(longest.dropFirst(7)) + "\n"]) == [longest])
  }
}
