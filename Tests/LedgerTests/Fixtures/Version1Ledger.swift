import Foundation
import GRDB

/// A ledger as the first version of volcsweep left it, made by raw SQL: three interferograms, two of them done.
enum Version1Ledger {
  static func write(_ path: String) throws {
    let database = try DatabasePool(path: path)
    try database.write { try $0.execute(sql: schema + rows) }
    try database.close()
  }

  private static let rows = """
    INSERT INTO grdb_migrations VALUES ('1');
    INSERT INTO sweep VALUES ('model', 'a'), ('model_sha256', '00'), ('patch_size', '224'), ('profile', '{}');
    INSERT INTO epoch VALUES (1, 'here', 10, '2026-01-02T03:04:05Z', '2026-01-02T03:05:05Z');
    INSERT INTO stack VALUES (1, 's.h5', 'alba', 'Alba', '001A_00000_000000', 500, 400, 10, 1, 0.001, -0.001);
    INSERT INTO interferogram VALUES (1, 1, '20200101_20200113', 1, NULL), (2, 1, '20200113_20200125', 2, 'empty: no pixel has data'),
      (3, 1, '20200125_20200206', 0, NULL);
    INSERT INTO score VALUES (1, 0.75, 3, 4, 0.9, 10.1, 5, 6, 1, 0.5, NULL, 1, 1, x'0000403f');
    INSERT INTO execution VALUES (1, 1, 7, 2, 'here:11', '2026-01-02T03:04:06Z', 0.001, 0.002, 0.003, 0.004, 0.005),
      (2, 1, 8, 1, 'here:12', '2026-01-02T03:04:07Z', 0.001, 0, 0, 0, 0);
    """

  private static let schema = """
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    CREATE TABLE sweep (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE note (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE epoch (
      epoch INTEGER NOT NULL PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL, ended TEXT
    ) STRICT;
    CREATE TABLE stack (
      id INTEGER NOT NULL PRIMARY KEY, file TEXT NOT NULL UNIQUE, volcano TEXT NOT NULL, volcano_name TEXT NOT NULL,
      frame TEXT NOT NULL, height INTEGER NOT NULL, width INTEGER NOT NULL, west REAL NOT NULL, north REAL NOT NULL,
      longitude_step REAL NOT NULL, latitude_step REAL NOT NULL
    ) STRICT;
    CREATE TABLE interferogram (
      number INTEGER NOT NULL PRIMARY KEY, stack INTEGER NOT NULL REFERENCES stack, pair TEXT NOT NULL,
      outcome INTEGER NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 3), reason TEXT, UNIQUE (stack, pair)
    ) STRICT;
    CREATE INDEX open_interferogram ON interferogram (number) WHERE outcome = 0;
    CREATE TABLE score (
      number INTEGER NOT NULL PRIMARY KEY REFERENCES interferogram, maximum_probability REAL NOT NULL,
      peak_row INTEGER NOT NULL, peak_column INTEGER NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL,
      pixels_above_05 INTEGER NOT NULL, pixels_above_08 INTEGER NOT NULL, kept_patches INTEGER NOT NULL,
      no_data_share REAL NOT NULL, mean_coherence REAL, patch_rows INTEGER NOT NULL, patch_columns INTEGER NOT NULL,
      patch_probabilities BLOB NOT NULL
    ) STRICT;
    CREATE TABLE execution (
      number INTEGER NOT NULL PRIMARY KEY REFERENCES interferogram, epoch INTEGER NOT NULL, unit INTEGER NOT NULL,
      attempt INTEGER NOT NULL, worker TEXT NOT NULL, recorded TEXT NOT NULL, read_seconds REAL NOT NULL,
      gray_seconds REAL NOT NULL, gate_seconds REAL NOT NULL, network_seconds REAL NOT NULL,
      merge_seconds REAL NOT NULL
    ) STRICT;
    """
}
