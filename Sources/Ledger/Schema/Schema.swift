import GRDB

/// The tables of a ledger, one migration per version. Released migrations are never changed.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE sweep (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

          -- What reports need but results do not depend on.
          CREATE TABLE note (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

          -- One row a start of a coordinator; only the newest may write.
          CREATE TABLE epoch (
            epoch INTEGER NOT NULL PRIMARY KEY,
            host TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started TEXT NOT NULL,
            ended TEXT
          ) STRICT;

          CREATE TABLE stack (
            id INTEGER NOT NULL PRIMARY KEY,
            file TEXT NOT NULL UNIQUE,
            volcano TEXT NOT NULL,
            volcano_name TEXT NOT NULL,
            frame TEXT NOT NULL,
            height INTEGER NOT NULL,
            width INTEGER NOT NULL,
            west REAL NOT NULL,
            north REAL NOT NULL,
            longitude_step REAL NOT NULL,
            latitude_step REAL NOT NULL
          ) STRICT;

          -- outcome: 0 open, 1 scored, 2 rejected, 3 quarantined.
          CREATE TABLE interferogram (
            number INTEGER NOT NULL PRIMARY KEY,
            stack INTEGER NOT NULL REFERENCES stack,
            pair TEXT NOT NULL,
            outcome INTEGER NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 3),
            reason TEXT,
            UNIQUE (stack, pair)
          ) STRICT;
          CREATE INDEX open_interferogram ON interferogram (number) WHERE outcome = 0;

          CREATE TABLE score (
            number INTEGER NOT NULL PRIMARY KEY REFERENCES interferogram,
            maximum_probability REAL NOT NULL,
            peak_row INTEGER NOT NULL,
            peak_column INTEGER NOT NULL,
            latitude REAL NOT NULL,
            longitude REAL NOT NULL,
            pixels_above_05 INTEGER NOT NULL,
            pixels_above_08 INTEGER NOT NULL,
            kept_patches INTEGER NOT NULL,
            no_data_share REAL NOT NULL,
            mean_coherence REAL,
            patch_rows INTEGER NOT NULL,
            patch_columns INTEGER NOT NULL,
            -- float32 little-endian, row-major, NaN where the gate said background
            patch_probabilities BLOB NOT NULL
          ) STRICT;

          -- Who computed it, and where the time went: never part of a result file.
          CREATE TABLE execution (
            number INTEGER NOT NULL PRIMARY KEY REFERENCES interferogram,
            epoch INTEGER NOT NULL,
            unit INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            worker TEXT NOT NULL,
            recorded TEXT NOT NULL,
            read_seconds REAL NOT NULL,
            gray_seconds REAL NOT NULL,
            gate_seconds REAL NOT NULL,
            network_seconds REAL NOT NULL,
            merge_seconds REAL NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("2", foreignKeyChecks: .immediate) { database in
      try database.execute(sql: version2)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("3") { database in
      try database.execute(
        sql: """
          -- By which plan the workers of a kind of machine compute: the first that one of them made.
          CREATE TABLE plan (
            machine TEXT PRIMARY KEY NOT NULL,
            -- JSON
            document TEXT NOT NULL,
            epoch INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("4") { database in
      try database.execute(sql: version4)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("5") { database in
      try database.execute(
        sql: """
          -- Where the network says that it deforms: centre and half-widths in the interferogram's pixels, the centre of
          -- the upper-left one at (0, 0); NULL where it says nothing.
          ALTER TABLE score ADD COLUMN box_row REAL;
          ALTER TABLE score ADD COLUMN box_column REAL;
          ALTER TABLE score ADD COLUMN box_half_height REAL;
          ALTER TABLE score ADD COLUMN box_half_width REAL;
          """)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("6") { database in
      try database.execute(sql: version6)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("7", foreignKeyChecks: .immediate) { database in
      try database.execute(sql: version7)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("8") { database in
      try addChecksums(database)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("9") { database in
      try database.execute(sql: version9)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("10") { database in
      try database.execute(sql: version10)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("11") { database in
      try database.execute(sql: version11)
      FailPoint.reach(.migrateInside)
    }
    migrator.registerMigration("12") { database in
      try database.execute(sql: version12)
      FailPoint.reach(.migrateInside)
    }
    return migrator
  }
}
