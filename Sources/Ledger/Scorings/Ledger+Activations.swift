import Foundation
import GRDB
import Names

/// The file with an interferogram's stored activations: that of the lease under which they were computed.
public struct ActivationPlace: Hashable, Sendable {
  public var epoch: Int
  public var unit: UInt64
  public var attempt: Int

  public init(epoch: Int, unit: UInt64, attempt: Int) {
    (self.epoch, self.unit, self.attempt) = (epoch, unit, attempt)
  }

  /// The file's name inside its stack's folder.
  public var fileName: String { ActivationFileName.of(epoch: epoch, unit: unit, attempt: attempt) }
}

/// A layer whose activations are stored.
public struct ActivationLayer: Hashable, Sendable {
  public let id: Int
  public let name: String
  /// Of the layers that lead to it, with their weights.
  public let fingerprint: String
}

extension Ledger {
  /// The number of a layer whose activations the sweep stores, as it computes now; kept at the first call.
  public func activationLayer(name: String, fingerprint: String) throws -> Int {
    let method = try identity()?.method ?? ""
    return try transaction(.note) { database in
      try database.execute(
        sql: """
          INSERT INTO activation_layer (name, fingerprint, method) VALUES (?, ?, ?)
          ON CONFLICT (fingerprint, method) DO NOTHING
          """, arguments: [name, fingerprint, method])
      return try Int.fetchOne(
        database, sql: "SELECT id FROM activation_layer WHERE fingerprint = ? AND method = ?",
        arguments: [fingerprint, method]) ?? 0
    }
  }

  /// The layers of which open interferograms have stored activations that this sweep would compute in the same way, the
  /// one of most interferograms first.
  public func reusableLayers() throws -> [ActivationLayer] {
    guard let method = try identity()?.method else { return [] }
    return try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT id, name, fingerprint, count(*) AS n FROM activation_layer
          JOIN activation ON activation.layer = id JOIN interferogram USING (number)
          WHERE method = ? AND outcome = 0 GROUP BY id ORDER BY n DESC, id
          """, arguments: [method]
      ).map { ActivationLayer(id: $0["id"], name: $0["name"], fingerprint: $0["fingerprint"]) }
    }
  }

  /// Where open interferograms have their activations of a layer, by number.
  public func activations(ofLayer layer: Int) throws -> [Int: ActivationPlace] {
    try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT activation.number, epoch, activation.unit, attempt FROM activation JOIN interferogram USING (number)
          WHERE layer = ? AND outcome = 0
          """, arguments: [layer]
      ).reduce(into: [:]) {
        $0[$1["number"]] = ActivationPlace(
          epoch: $1["epoch"], unit: UInt64(clamping: $1["unit"] as Int64), attempt: $1["attempt"])
      }
    }
  }

  /// Every file of activations that the ledger knows, as stack file and place, and how many interferograms have some.
  public func activationFiles() throws -> (files: Set<[String]>, interferograms: Int) {
    try reading { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT file, epoch, activation.unit, attempt, count(*) AS n FROM activation
          JOIN interferogram USING (number) JOIN stack ON stack.id = interferogram.stack
          GROUP BY file, epoch, activation.unit, attempt
          """)
      var files: Set<[String]> = []
      for row in rows {
        let place = ActivationPlace(
          epoch: row["epoch"], unit: UInt64(clamping: row["unit"] as Int64), attempt: row["attempt"])
        files.insert([row["file"], place.fileName])
      }
      return (files, rows.reduce(0) { $0 + ($1["n"] as Int) })
    }
  }

  /// Of how many interferograms activations are stored, by the layer that a sweep stored last in the way it computes now.
  ///
  /// - Returns: `nil` where no sweep was to store any. Planned are those that are scored and have a patch that went to the
  ///   network.
  public func storedActivations() throws -> (layer: String, stored: Int, planned: Int)? {
    guard let method = try identity()?.method else { return nil }
    return try reading { database in
      guard try database.tableExists("activation_layer"),
        let layer = try Row.fetchOne(
          database, sql: "SELECT id, name FROM activation_layer WHERE method = ? ORDER BY id DESC LIMIT 1",
          arguments: [method])
      else { return nil }
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT count(*) AS planned, count(activation.number) AS stored FROM score
          LEFT JOIN activation ON activation.number = score.number AND activation.layer = ?
          WHERE kept_patches > 0
          """, arguments: [layer["id"] as Int])
      return (layer["name"], row?["stored"] ?? 0, row?["planned"] ?? 0)
    }
  }

  /// Whether an interferogram's score was computed from stored activations.
  public func isFromActivations(_ number: Int) throws -> Bool {
    try reading { database in
      try Bool.fetchOne(
        database, sql: "SELECT EXISTS (SELECT 1 FROM from_activations WHERE number = ?)", arguments: [number])
        ?? false
    }
  }

  /// The interferograms whose scores were computed from stored activations.
  public func scoredFromActivations() throws -> Set<Int> {
    try reading { database in
      guard try database.tableExists("from_activations") else { return [] }
      return try Int.fetchSet(database, sql: "SELECT number FROM from_activations")
    }
  }
}
