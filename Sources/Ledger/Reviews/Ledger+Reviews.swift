import Foundation
import GRDB
import Interferometry

/// Result of adding reviews.
public struct AddedReviews: Hashable, Sendable {
  /// Number of new reviews.
  public var added = 0
  /// Number of reviews the ledger had already: same interferogram, reviewer and time.
  public var known = 0
  /// Interferograms that are not in the ledger.
  public var unknown: [InterferogramID] = []
}

extension Ledger {
  /// Adds reviews in one transaction; durable on return. A sweep may be running.
  ///
  /// - Parameter reviews: the reviews; known ones and those of unknown interferograms are skipped and counted.
  /// - Returns: what was added and what was skipped.
  /// - Throws: ``LedgerError``; none is added then.
  public func add(_ reviews: [Review]) throws -> AddedReviews {
    try transaction(.note) { database in
      var added = AddedReviews()
      let find = try database.makeStatement(
        sql: """
          SELECT number FROM stack CROSS JOIN interferogram ON interferogram.stack = stack.id
          WHERE stack.volcano = ? AND stack.frame = ? AND interferogram.pair = ?
          """)
      let insert = try database.makeStatement(
        sql: """
          INSERT OR IGNORE INTO review (number, reviewer, time, corrupted, processing_error, glacier_fringes,
            orbital_fringes, atmospheric_fringes, low_coherence, no_info, image_artifacts, label, activity_type,
            intensity_level, phase, confidence, segmentation_mask, is_crowd, caption)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """)
      for review in reviews {
        let id = review.interferogram
        let number = try Int.fetchOne(find, arguments: [id.volcano, id.frame, id.pair.description])
        guard let number else {
          added.unknown.append(id)
          continue
        }
        try insert.execute(arguments: try arguments(of: review, number: number))
        if database.changesCount > 0 { added.added += 1 } else { added.known += 1 }
      }
      if added.added > 0 { try Self.noteOutsideChange(database) }
      return added
    }
  }

  /// All reviews in the order in which they were added, with sequence numbers from 1. Ledgers of older versions
  /// have none.
  public func reviews() throws -> [(sequence: Int, review: Review)] {
    try reading { database in
      guard try database.tableExists("review") else { return [] }
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT review.*, stack.volcano, stack.frame, interferogram.pair FROM review
          JOIN interferogram ON interferogram.number = review.number JOIN stack ON stack.id = interferogram.stack
          ORDER BY sequence
          """)
      return try rows.map { (sequence: $0["sequence"], review: try review(from: $0)) }
    }
  }

  /// The latest review of each interferogram, in the order of interferograms; of reviews with equal times the
  /// one added last.
  public func latestReviews() throws -> [Review] {
    var latest: [InterferogramID: Review] = [:]
    for (_, review) in try reviews() {
      if let other = latest[review.interferogram], other.time > review.time { continue }
      latest[review.interferogram] = review
    }
    return latest.values.sorted { $0.interferogram < $1.interferogram }
  }

  private func arguments(of review: Review, number: Int) throws -> StatementArguments {
    let annotation = review.annotation
    func json(_ list: some Encodable) throws -> String {
      String(decoding: try JSONEncoder().encode(list), as: UTF8.self)
    }
    let arguments: [(any DatabaseValueConvertible)?] = [
      number, review.reviewer, review.time, annotation.isCorrupted ? 1 : 0, annotation.processingError,
      annotation.glacierFringes, annotation.orbitalFringes, annotation.atmosphericFringes,
      annotation.hasLowCoherence ? 1 : 0, annotation.hasNoInformation ? 1 : 0, annotation.hasImageArtifacts ? 1 : 0,
      try json(annotation.labels), try json(annotation.activityTypes), try json(annotation.intensities),
      annotation.phase.rawValue, annotation.confidence, try json(annotation.polygons), annotation.isCrowd ? 1 : 0,
      annotation.caption,
    ]
    return StatementArguments(arguments)
  }

  private func review(from row: Row) throws -> Review {
    let sequence: Int = row["sequence"]
    func list<Element: Decodable>(_ column: String) throws -> [Element] {
      let text: String = row[column]
      guard let list = try? JSONDecoder().decode([Element].self, from: Data(text.utf8)) else {
        throw LedgerError.damagedRow(path: path, detail: "review \(sequence) has “\(text.prefix(80))” as \(column)")
      }
      return list
    }
    let pairText: String = row["pair"]
    let phaseText: String = row["phase"]
    guard let pair = DatePair(pairText), let phase = ActivityPhase(rawValue: phaseText) else {
      throw LedgerError.damagedRow(
        path: path, detail: "review \(sequence) has dates “\(pairText)” and phase “\(phaseText)”")
    }
    var annotation = Annotation()
    annotation.isCorrupted = row["corrupted"] != 0
    annotation.processingError = row["processing_error"]
    annotation.glacierFringes = row["glacier_fringes"]
    annotation.orbitalFringes = row["orbital_fringes"]
    annotation.atmosphericFringes = row["atmospheric_fringes"]
    annotation.hasLowCoherence = row["low_coherence"] != 0
    annotation.hasNoInformation = row["no_info"] != 0
    annotation.hasImageArtifacts = row["image_artifacts"] != 0
    annotation.labels = try list("label")
    annotation.activityTypes = try list("activity_type")
    annotation.intensities = try list("intensity_level")
    annotation.phase = phase
    annotation.confidence = row["confidence"]
    annotation.polygons = try list("segmentation_mask")
    annotation.isCrowd = row["is_crowd"] != 0
    annotation.caption = row["caption"]
    return Review(
      interferogram: InterferogramID(volcano: row["volcano"], frame: row["frame"], pair: pair),
      reviewer: row["reviewer"], time: row["time"], annotation: annotation)
  }
}
