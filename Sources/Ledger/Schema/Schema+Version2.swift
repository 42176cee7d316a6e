extension Schema {
  /// Persistent units, workers, and every state change of units.
  static let version2 = """
    -- Numbers go on behind those of executions before units were kept, and are never given out twice.
    CREATE TABLE unit (
      id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
      stack INTEGER NOT NULL REFERENCES stack,
      -- the unit it was split from, 0 for one that the plan cut
      parent INTEGER NOT NULL DEFAULT 0,
      blame INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    INSERT INTO sqlite_sequence SELECT 'unit', max(unit) FROM execution HAVING max(unit) > 0;

    -- 0 before it has one; that of the smallest unit it came into by splits.
    ALTER TABLE interferogram ADD COLUMN unit INTEGER NOT NULL DEFAULT 0;
    -- It is read once a start, and costs with every outcome.
    DROP INDEX open_interferogram;

    -- Results of one kind have the same bytes.
    CREATE TABLE machine_kind (
      id INTEGER PRIMARY KEY NOT NULL,
      processor TEXT NOT NULL,
      blas_kernel TEXT NOT NULL,
      plan_hash TEXT NOT NULL,
      UNIQUE (processor, blas_kernel, plan_hash)
    ) STRICT;

    CREATE TABLE worker (
      epoch INTEGER NOT NULL,
      number INTEGER NOT NULL,
      name TEXT NOT NULL,
      -- NULL for workers of the time before kinds were kept
      kind INTEGER REFERENCES machine_kind,
      -- milliseconds since 1970
      joined INTEGER,
      PRIMARY KEY (epoch, number)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO worker (epoch, number, name)
      SELECT epoch, row_number() OVER (PARTITION BY epoch ORDER BY min(number)), worker FROM execution
      WHERE worker <> '' GROUP BY epoch, worker;

    -- Worker and time become numbers: number within the epoch (0 none), milliseconds since 1970.
    ALTER TABLE execution RENAME TO execution_1;
    CREATE TABLE execution (
      number INTEGER PRIMARY KEY NOT NULL REFERENCES interferogram,
      epoch INTEGER NOT NULL,
      unit INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      worker INTEGER NOT NULL,
      recorded INTEGER NOT NULL,
      read_seconds REAL NOT NULL,
      gray_seconds REAL NOT NULL,
      gate_seconds REAL NOT NULL,
      network_seconds REAL NOT NULL,
      merge_seconds REAL NOT NULL
    ) STRICT;
    INSERT INTO execution
      SELECT old.number, old.epoch, unit, attempt, coalesce(worker.number, 0),
        1000 * coalesce(CAST(strftime('%s', recorded) AS INTEGER), 0),
        read_seconds, gray_seconds, gate_seconds, network_seconds, merge_seconds
      FROM execution_1 AS old LEFT JOIN worker ON worker.epoch = old.epoch AND worker.name = old.worker
      ORDER BY old.number;
    DROP TABLE execution_1;

    -- What transitions are told in, each word once.
    CREATE TABLE word (id INTEGER PRIMARY KEY NOT NULL, text TEXT NOT NULL UNIQUE) STRICT;

    -- Each step of each unit, in order. Without an index: it is written always, and read when somebody asks why.
    CREATE TABLE transition (
      sequence INTEGER PRIMARY KEY NOT NULL,
      unit INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      worker INTEGER NOT NULL,
      from_state INTEGER NOT NULL REFERENCES word,
      to_state INTEGER NOT NULL REFERENCES word,
      stimulus INTEGER NOT NULL REFERENCES word,
      time INTEGER NOT NULL,
      detail TEXT
    ) STRICT;

    -- Results that came second and are not what the first was.
    CREATE TABLE difference (
      sequence INTEGER PRIMARY KEY NOT NULL,
      number INTEGER NOT NULL REFERENCES interferogram,
      epoch INTEGER NOT NULL,
      worker INTEGER NOT NULL,
      time INTEGER NOT NULL,
      detail TEXT NOT NULL
    ) STRICT;
    """
}
