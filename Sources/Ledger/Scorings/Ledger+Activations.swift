import Foundation
import GRDB

import struct Scheduling.Lease

/// A layer whose activations are stored.
public struct ActivationLayer: Hashable, Sendable {
  /// The layer's number in the ledger.
  public let id: Int
  /// The layer's name in the model.
  public let name: String
  /// SHA-256 over the layers up to it and their weights, hexadecimal.
  public let fingerprint: String
}

extension Ledger {
  /// The number of a layer whose activations the sweep stores with its current method; stored on the first
  /// call.
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

  /// Layers whose stored activations of open interferograms equal what this sweep would compute, the one with
  /// the most interferograms first.
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
  public func activations(ofLayer layer: Int) throws -> [Int: Lease] {
    try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT activation.number, epoch, activation.unit, attempt FROM activation JOIN interferogram USING (number)
          WHERE layer = ? AND outcome = 0
          """, arguments: [layer]
      ).reduce(into: [:]) {
        $0[$1["number"]] = Lease(
          epoch: $1["epoch"], unit: UInt64(clamping: $1["unit"] as Int64), attempt: $1["attempt"])
      }
    }
  }

  /// All activation files known to the ledger, as stack file and file name, and the number of interferograms in
  /// them.
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
        let lease = Lease(
          epoch: row["epoch"], unit: UInt64(clamping: row["unit"] as Int64), attempt: row["attempt"])
        files.insert([row["file"], lease.activationFileName])
      }
      return (files, rows.reduce(0) { $0 + ($1["n"] as Int) })
    }
  }

  /// Number of interferograms with stored activations, for the layer stored last with the current method.
  ///
  /// - Returns: `nil` if no sweep stores any. `planned` counts scored interferograms with at least one patch
  ///   that passed the gate.
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
