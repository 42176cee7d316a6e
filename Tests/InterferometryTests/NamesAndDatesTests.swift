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
