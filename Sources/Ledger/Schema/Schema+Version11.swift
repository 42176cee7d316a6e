extension Schema {
  /// Data masks of interferograms, and changes made outside of epochs.
  static let version11 = """
    -- Most interferograms of a stack have data at the same pixels, so that each mask is kept once.
    CREATE TABLE data_mask (
      id INTEGER PRIMARY KEY NOT NULL,
      -- SHA-256 of the run lengths
      hash BLOB NOT NULL UNIQUE,
      -- Bytes of the run lengths before they were compressed.
      size INTEGER NOT NULL,
      -- The run lengths, see DataMask, compressed by zlib.
      runs BLOB NOT NULL
    ) STRICT;

    -- Interferograms from before masks were kept, or whose pixels nobody read, have none.
    CREATE TABLE interferogram_mask (
      number INTEGER PRIMARY KEY NOT NULL REFERENCES interferogram,
      mask INTEGER NOT NULL REFERENCES data_mask
    ) STRICT;

    -- A random number for each write outside of an epoch that is not made again by itself: releases, reviews, notes.
    -- A ledger that lacks one of another's is not that one taken further.
    CREATE TABLE outside_change (id INTEGER PRIMARY KEY NOT NULL) STRICT;
    """
}
