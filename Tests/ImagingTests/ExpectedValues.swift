import Foundation
import Testing

/// Cases and arrays that `Expected/make_expected.py` wrote.
struct ExpectedValues<Case: Decodable> {
  let cases: [Case]
  private let data: Data

  init(_ group: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Expected")
    let list = try Data(contentsOf: folder.appendingPathComponent("\(group).json"))
    cases = try JSONDecoder().decode([Case].self, from: list)
    data = try Data(contentsOf: folder.appendingPathComponent("\(group).bin"))
  }

  func bytes(_ place: ArrayPlace) throws -> [UInt8] {
    try #require(place.offset + place.bytes <= data.count)
    let raw = [UInt8](data[place.offset..<(place.offset + place.bytes)])
    guard place.kind == "bits" else { return raw }
    return (0..<(place.height * place.width)).map { raw[$0 / 8] >> (7 - UInt8($0 % 8)) & 1 }
  }

  func floats(_ place: ArrayPlace) throws -> [Float] {
    let raw = try bytes(place)
    return stride(from: 0, to: raw.count, by: 4).map { start in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(raw[start + $1]) << (8 * UInt32($1)) }
      return Float(bitPattern: bits)
    }
  }
}

/// Where an array lies in its group's file.
struct ArrayPlace: Decodable {
  let offset: Int
  let bytes: Int
  let kind: String
  let height: Int
  let width: Int
}
