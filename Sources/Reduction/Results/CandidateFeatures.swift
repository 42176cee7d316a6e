import Foundation
import Interferometry
import Names

/// The candidates as GeoJSON (RFC 7946): a point each, at the place of the highest probability, in rank order.
enum CandidateFeatures {
  private struct Collection: Encodable {
    let type = "FeatureCollection"
    let features: [Feature]
  }

  private struct Feature: Encodable {
    let type = "Feature"
    let id: String
    let geometry: Point
    let properties: Properties
  }

  private struct Point: Encodable {
    let type = "Point"
    let coordinates: [Decimal]
  }

  private struct Properties: Encodable {
    let rank: Int
    let volcano: String
    let frame: String
    let primaryDate: String
    let secondaryDate: String
    let spanDays: Int
    let maximumProbability: Decimal
    let pixelsAbove05: Int
    let pixelsAbove08: Int
    let meanCoherence: Decimal?
    let boxRow: Decimal?
    let boxColumn: Decimal?
    let boxHalfHeight: Decimal?
    let boxHalfWidth: Decimal?
    let boxWest: Decimal?
    let boxSouth: Decimal?
    let boxEast: Decimal?
    let boxNorth: Decimal?
  }

  static func text(_ ranked: [ListedInterferogram]) throws -> String {
    let features = ranked.enumerated().compactMap { place, interferogram -> Feature? in
      guard let result = interferogram.result else { return nil }
      let id = interferogram.id
      let box = interferogram.box?.fields.compactMap { Decimal(string: $0) }
      return Feature(
        id: id.description,
        geometry: Point(coordinates: [
          decimal(Longitude.normalized(result.longitudeDegrees)), decimal(result.latitudeDegrees),
        ]),
        properties: Properties(
          rank: place + 1, volcano: id.volcano, frame: id.frame, primaryDate: iso(id.pair.primary),
          secondaryDate: iso(id.pair.secondary), spanDays: id.pair.spanDays,
          maximumProbability: number(result.maximumProbability), pixelsAbove05: result.pixelsAbove05,
          pixelsAbove08: result.pixelsAbove08, meanCoherence: result.meanCoherence.map(number),
          boxRow: box?[0], boxColumn: box?[1], boxHalfHeight: box?[2], boxHalfWidth: box?[3], boxWest: box?[4],
          boxSouth: box?[5], boxEast: box?[6], boxNorth: box?[7]))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let bytes = try encoder.encode(Collection(features: features))
    return VisibleText.json(String(decoding: bytes, as: UTF8.self)) + "\n"
  }

  private static func iso(_ date: AcquisitionDate) -> String {
    String(format: "%04d-%02d-%02d", date.year, date.month, date.day)
  }

  private static func decimal(_ degrees: Double) -> Decimal {
    Decimal(string: CandidateTables.degrees(degrees)) ?? 0
  }

  private static func number(_ value: Float) -> Decimal { Decimal(string: String(value)) ?? 0 }
}
