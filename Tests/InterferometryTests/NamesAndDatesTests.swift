import Testing

@testable import Interferometry

@Suite struct VolcanoNameTests {
  @Test(
    arguments: [
      ("Negra, Sierra", "sierra_negra"), ("Sierra Negra", "sierra_negra"), ("sierra_negra", "sierra_negra"),
      ("Azul, Cerro", "cerro_azul"), ("Alu-Dalafilla", "alu-dalafilla"), ("Öræfajökull", "oraefajokull"),
      ("St. Helens", "st_helens"), ("O'a Caldera", "oa_caldera"), ("Nevados de Chillán", "nevados_de_chillan"),
      ("  Ecuador ", "ecuador"), ("Ma Alalta - North", "ma_alalta_north"),
      ("Maule, Laguna del", "laguna_del_maule"),
    ])
  func spellingsOfOneNameShareAKey(name: String, key: String) {
    #expect(VolcanoName.key(name) == key)
    #expect(VolcanoName.key(key) == key)
  }

  @Test(
    arguments: [
      ("富士山", "富士山"), ("阿蘇山", "阿蘇山"), ("Ключевская Сопка", "ключевская_сопка"), ("Θήρα", "θήρα"),
      ("جبل دماوند", "جبل_دماوند"), ("한라산", "한라산"), ("ガンジャ山", "ガンジャ山"), ("नारकोंडम", "नारकोंडम"),
      ("Fuji (富士山)", "fuji_富士山"), ("Gəncə", "gəncə"), ("Ｆｕｊｉ", "fuji"),
    ])
  func lettersOfOtherScriptsStay(name: String, key: String) {
    #expect(VolcanoName.key(name) == key)
    #expect(VolcanoName.key(key) == key)
    #expect(VolcanoName.key(name.uppercased()) == key)
    #expect(Array(VolcanoName.key(name).utf8) == Array(VolcanoName.key(key).utf8))
  }

  @Test func marksThatMakeAnotherLetterAreKept() {
    let names = ["か", "が", "ハ", "バ", "パ", "и", "й", "е", "ё", "富士", "富土"]
    #expect(Set(names.map(VolcanoName.key)).count == names.count)
  }
}

@Suite struct AcquisitionDateTests {
  @Test func everyDayFrom1970To2199RoundTripsThroughItsDayNumberAndItsText() throws {
    var previous: AcquisitionDate?
    for number in 0...84_005 {
      let date = try #require(AcquisitionDate(daysSince1970: number))
      #expect(date.daysSince1970 == number)
      #expect(AcquisitionDate(date.description) == date)
      if let previous { #expect(previous < date) }
      previous = date
    }
  }

  @Test func listsWriteDaysAsISO8601Does() throws {
    #expect(AcquisitionDate("20240106")?.iso8601 == "2024-01-06")
  }

  @Test func knownDaysHaveKnownNumbers() throws {
    #expect(AcquisitionDate("19700101")?.daysSince1970 == 0)
    #expect(AcquisitionDate("20000301")?.daysSince1970 == 11_017)
    #expect(DatePair("20240106_20240211")?.spanDays == 36)
  }

  @Test(arguments: ["20230229", "2024010", "202401066", "20241301", "2024010a", "", "20240100", "+2024010"])
  func whatIsNoDateIsRefused(text: String) {
    #expect(AcquisitionDate(text) == nil)
  }
}

@Suite struct FrameIDTests {
  @Test func aFrameNameTellsItsOrbit() {
    #expect(FrameID("106A_09048_000909")?.orbitDirection == .ascending)
    #expect(FrameID("128D_09016_110500")?.orbitDirection == .descending)
    #expect(FrameID("128X_09016_110500") == nil)
    #expect(FrameID("106A_09048") == nil)
  }
}

@Suite struct GeoTransformTests {
  @Test func pixelCentresMapBackToTheirPixel() {
    let transform = GeoTransform(west: -91.5, north: 0.25, longitudeStep: 0.001, latitudeStep: -0.001)
    for index in stride(from: 0, to: 500, by: 7) {
      #expect(transform.column(atLongitude: transform.longitude(ofColumn: index)) == index)
      #expect(transform.row(atLatitude: transform.latitude(ofRow: index)) == index)
    }
  }
}
