extension Schema {
  /// State of the archive's files when last compared with the plan, and changes of inputs since.
  static let version10 = """
    -- outcome: 0 open, 1 scored, 2 rejected, 3 quarantined, 4 unreadable, 5 not in the plan any more.
    CREATE TABLE interferogram_inputs (
      number INTEGER NOT NULL PRIMARY KEY,
      stack INTEGER NOT NULL REFERENCES stack,
      pair TEXT NOT NULL,
      outcome INTEGER NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 5),
      reason TEXT,
      -- 0 before it has one; that of the smallest unit it came into by splits.
      unit INTEGER NOT NULL DEFAULT 0,
      UNIQUE (stack, pair)
    ) STRICT;
    INSERT INTO interferogram_inputs SELECT number, stack, pair, outcome, reason, unit FROM interferogram;
    DROP TABLE interferogram;
    ALTER TABLE interferogram_inputs RENAME TO interferogram;

    -- A stack's file when the plan was last compared with it.
    CREATE TABLE stack_state (
      stack INTEGER PRIMARY KEY NOT NULL REFERENCES stack,
      -- SHA-256 of its header, see StackIdentity
      identity BLOB NOT NULL,
      -- Size, times and inode; NULL where these cannot prove that the file stays what it was.
      stamp TEXT
    ) STRICT;

    -- SHA-256 of an interferogram's pixels, see PixelHash.
    CREATE TABLE pixel_hash (
      number INTEGER PRIMARY KEY NOT NULL REFERENCES interferogram,
      hash BLOB NOT NULL
    ) STRICT;

    -- Every change of an interferogram's input, with the outcome that it made invalid.
    CREATE TABLE input_change (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
      number INTEGER NOT NULL REFERENCES interferogram,
      -- see InputChange.Kind
      kind INTEGER NOT NULL,
      -- milliseconds since 1970
      time INTEGER NOT NULL,
      -- The last earlier scoring at that time: what is known of it and of those before is of the pixels before.
      scoring INTEGER NOT NULL,
      outcome INTEGER NOT NULL,
      reason TEXT,
      maximum_probability REAL
    ) STRICT;
    CREATE INDEX input_change_of ON input_change (number);
    """
}
