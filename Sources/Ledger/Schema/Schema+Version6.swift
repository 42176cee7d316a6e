extension Schema {
  /// Scores of earlier models, and locations of stored activations.
  static let version6 = """
    -- What the sweep was before its model or method changed, one row a change. What it is now says the table sweep.
    CREATE TABLE earlier_scoring (
      number INTEGER PRIMARY KEY NOT NULL,
      -- The last coordinator under it: outcomes of later ones are the next scoring's.
      last_epoch INTEGER NOT NULL,
      -- milliseconds since 1970
      ended INTEGER NOT NULL,
      -- JSON of the names and values of the table sweep
      identity TEXT NOT NULL
    ) STRICT;

    -- Every outcome there was when a scoring ended, those that stayed valid among them.
    CREATE TABLE earlier_result (
      number INTEGER NOT NULL REFERENCES interferogram,
      scoring INTEGER NOT NULL REFERENCES earlier_scoring,
      outcome INTEGER NOT NULL,
      reason TEXT,
      maximum_probability REAL,
      peak_row INTEGER,
      peak_column INTEGER,
      latitude REAL,
      longitude REAL,
      pixels_above_05 INTEGER,
      pixels_above_08 INTEGER,
      kept_patches INTEGER,
      no_data_share REAL,
      mean_coherence REAL,
      patch_rows INTEGER,
      patch_columns INTEGER,
      patch_probabilities BLOB,
      box_row REAL,
      box_column REAL,
      box_half_height REAL,
      box_half_width REAL,
      epoch INTEGER,
      unit INTEGER,
      attempt INTEGER,
      worker INTEGER,
      recorded INTEGER,
      PRIMARY KEY (number, scoring)
    ) STRICT, WITHOUT ROWID;

    -- What is stored of patches: the output of one layer behind given weights, by one method.
    CREATE TABLE activation_layer (
      id INTEGER PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      -- of the layers up to it, see SplitPoint
      fingerprint TEXT NOT NULL,
      -- JSON of all of the sweep's names and values but the model's
      method TEXT NOT NULL,
      UNIQUE (fingerprint, method)
    ) STRICT;

    -- In which file of the run folder's activations: that of a lease.
    CREATE TABLE activation (
      number INTEGER PRIMARY KEY NOT NULL REFERENCES interferogram,
      layer INTEGER NOT NULL REFERENCES activation_layer,
      epoch INTEGER NOT NULL,
      unit INTEGER NOT NULL,
      attempt INTEGER NOT NULL
    ) STRICT;

    -- Scores that were computed from stored activations, which are float16, and not from pixels.
    CREATE TABLE from_activations (number INTEGER PRIMARY KEY NOT NULL REFERENCES score) STRICT;
    """
}
