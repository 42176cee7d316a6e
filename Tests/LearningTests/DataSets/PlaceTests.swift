import Foundation
import Testing

@testable import Learning

@Suite struct PlaceTests {
  @Test func volcanoesThatHangTogetherThroughOthersShareAPlace() {
    let table = PlaceTable(coordinates: [
      "c": (0, 1.2), "a": (0, 0), "b": (0.3, 0.6), "far": (5, 0.6), "east": (0, 179.9), "west": (0.2, -179.9),
    ])
    #expect(table.place(ofVolcano: "a") == "a")
    #expect(table.place(ofVolcano: "b") == "a")
    #expect(table.place(ofVolcano: "c") == "a")
    #expect(table.place(ofVolcano: "far") == "far")
    #expect(table.place(ofVolcano: "west") == "east")
    #expect(table.place(ofVolcano: "unknown") == "unknown")
  }

  @Test func tablesOfPlacesMayNamePlacesOrCoordinates() throws {
    try withFolder { folder in
      let named = folder.appending(path: "named.csv")
      try Data("volcano,place\na,islands\nb,islands\n".utf8).write(to: named)
      #expect(try PlaceTable(contentsOf: named.path).place(ofVolcano: "b") == "islands")
      let placed = folder.appending(path: "placed.csv")
      try Data("volcano,fold,latitude,longitude\na,0,1,1\nb,0,1.5,1.5\nlost,1,,\n".utf8).write(to: placed)
      let table = try PlaceTable(contentsOf: placed.path)
      #expect(table.place(ofVolcano: "b") == "a")
      #expect(table.place(ofVolcano: "lost") == "lost")
      let folds = try Folds(contentsOf: placed.path)
      #expect(folds.count == 2 && folds.fold(ofPlace: "lost") == 1)
    }
  }

  @Test func foldsNeverShareAPlaceAndAreAboutEquallyFull() throws {
    let deforms = (0..<300).map { $0 % 10 == 0 }
    let places = (0..<300).map { "place \($0 % 30)" }
    let set = try LabelledPatches(side: 1, gray: deforms.map { _ in 7 }, deforms: deforms, places: places)
    let folds = Folds(dealing: set, count: 3)
    let dealt = try folds.patches(of: set)
    #expect(dealt.joined().sorted() == Array(0..<300))
    let seen = dealt.map { Set($0.map { places[$0] }) }
    #expect(seen[0].isDisjoint(with: seen[1]) && seen[1].isDisjoint(with: seen[2]))
    #expect(dealt.allSatisfy { $0.count == 100 && $0.count { deforms[$0] } == 10 })
    #expect(throws: DataSetError.self) {
      try folds.patches(of: LabelledPatches(side: 1, gray: [7], deforms: [true], places: ["new"]))
    }
  }
}
