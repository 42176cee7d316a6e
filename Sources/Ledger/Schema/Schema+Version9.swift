extension Schema {
  /// Evidence against units, slots and workers, and withdrawn outcomes.
  static let version9 = """
    -- Deaths that are put down to open units, with where they happened.
    CREATE TABLE loss (
      unit INTEGER NOT NULL REFERENCES unit,
      position INTEGER NOT NULL,
      -- as in the table worker: what stands before an @ is the worker's key
      host TEXT NOT NULL,
      -- 0 where it is not known
      slot INTEGER NOT NULL,
      weight INTEGER NOT NULL,
      -- 0 unproven, 1 counted, 2 forgiven
      standing INTEGER NOT NULL,
      PRIMARY KEY (unit, position)
    ) STRICT, WITHOUT ROWID;

    -- What one worker could not score, and another has to confirm.
    CREATE TABLE claim (
      number INTEGER NOT NULL REFERENCES interferogram,
      epoch INTEGER NOT NULL,
      worker INTEGER NOT NULL,
      host TEXT NOT NULL,
      slot INTEGER NOT NULL,
      reason TEXT NOT NULL,
      -- milliseconds since 1970
      time INTEGER NOT NULL,
      PRIMARY KEY (number, epoch, worker)
    ) STRICT, WITHOUT ROWID;

    -- Until when what a worker process recorded is confirmed by another's results, milliseconds since 1970.
    CREATE TABLE confirmation (name TEXT PRIMARY KEY NOT NULL, recorded INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    -- Outcomes that were there and count no more.
    CREATE TABLE withdrawal (
      sequence INTEGER PRIMARY KEY NOT NULL,
      number INTEGER NOT NULL REFERENCES interferogram,
      outcome INTEGER NOT NULL,
      reason TEXT,
      maximum_probability REAL,
      epoch INTEGER,
      unit INTEGER,
      attempt INTEGER,
      worker INTEGER,
      recorded INTEGER,
      -- milliseconds since 1970
      time INTEGER NOT NULL,
      -- who took it back and why
      cause TEXT NOT NULL
    ) STRICT;
    CREATE INDEX withdrawal_of ON withdrawal (number);
    """
}
