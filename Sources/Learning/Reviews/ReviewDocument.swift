import FileReasons
import Foundation
import Interferometry
import Ledger
import Tables

/// A review in exchange format: a Hephaestus annotation with volcano, reviewer and time.
public struct ReviewDocument: Hashable, Sendable, Codable {
  /// What the reviewer found in the interferogram.
  public let annotation: HephaestusAnnotation
  /// Name of the volcano; may be `nil` in files from other programs.
  public var volcano: String?
  /// Name of the reviewer; `nil` if the file does not give it.
  public var reviewer: String?
  /// Milliseconds since 1970, UTC; `nil` if the file does not give it.
  public var time: Int64?

  private enum Key: String, CodingKey { case volcano, reviewer, time }

  /// The exchange form of a review from a ledger, with the number that identifies it in a file.
  public init(_ review: Review, uniqueID: Int) {
    let id = review.interferogram
    annotation = HephaestusAnnotation(
      uniqueID: uniqueID, frame: id.frame, pair: id.pair, annotation: review.annotation)
    (volcano, reviewer, time) = (id.volcano, review.reviewer, review.time)
  }

  init(annotation: HephaestusAnnotation, volcano: String?, reviewer: String?, time: Int64?) {
    self.annotation = annotation
    (self.volcano, self.reviewer, self.time) = (volcano, reviewer, time)
  }

  public init(from decoder: any Decoder) throws {
    annotation = try HephaestusAnnotation(from: decoder)
    let fields = try decoder.container(keyedBy: Key.self)
    volcano = try fields.decodeIfPresent(String.self, forKey: .volcano)
    reviewer = try fields.decodeIfPresent(String.self, forKey: .reviewer)
    time = try fields.decodeIfPresent(String.self, forKey: .time).map { text in
      guard let time = Timestamp.milliseconds(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: .time, in: fields, debugDescription: "“\(text)” is not a time such as 2026-05-04T10:00:00.000Z")
      }
      return time
    }
  }

  public func encode(to encoder: any Encoder) throws {
    try annotation.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encodeIfPresent(volcano, forKey: .volcano)
    try fields.encodeIfPresent(reviewer, forKey: .reviewer)
    try fields.encodeIfPresent(time.map(Timestamp.text), forKey: .time)
  }

  /// The document as a JSON file; equal reviews give equal bytes.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads a JSON file of one document or a list of documents.
  ///
  /// - Throws: ``DataSetError`` naming the field that is missing or wrong.
  public static func read(json content: Data, file: String) throws(DataSetError) -> [ReviewDocument] {
    do {
      let isList = content.first { ![9, 10, 13, 32].contains($0) } == UInt8(ascii: "[")
      let decoder = JSONDecoder()
      return isList
        ? try decoder.decode([ReviewDocument].self, from: content)
        : [try decoder.decode(ReviewDocument.self, from: content)]
    } catch let error as DecodingError {
      throw DataSetError(file: file, problem: "is not a valid review: \(error.fieldAndReason)")
    } catch {
      throw DataSetError(file: file, problem: "is not a valid review: \(SystemReason.reason(error))")
    }
  }
}
