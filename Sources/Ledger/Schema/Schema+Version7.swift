extension Schema {
  /// Separate outcome for unreadable interferograms, which the next start of the sweep reopens. Earlier
  /// rejections that do not follow from pixels are converted to it.
  static let version7 = """
    -- outcome: 0 open, 1 scored, 2 rejected, 3 quarantined, 4 unreadable.
    CREATE TABLE interferogram_7 (
      number INTEGER NOT NULL PRIMARY KEY,
      stack INTEGER NOT NULL REFERENCES stack,
      pair TEXT NOT NULL,
      outcome INTEGER NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 4),
      reason TEXT,
      -- 0 before it has one; that of the smallest unit it came into by splits.
      unit INTEGER NOT NULL DEFAULT 0,
      UNIQUE (stack, pair)
    ) STRICT;
    INSERT INTO interferogram_7
      SELECT number, stack, pair, \(version7Outcome), \(version7Reason), unit FROM interferogram;
    DROP TABLE interferogram;
    ALTER TABLE interferogram_7 RENAME TO interferogram;

    UPDATE earlier_result SET outcome = \(version7Outcome), reason = \(version7Reason) WHERE outcome = 2;
    """

  /// Whether a rejection of an older version follows from pixels, model and method.
  private static let isFromPixels = """
    (coalesce(reason, '') IN ('empty: no pixel has data', 'the network''s answer to a patch is not a number')
      OR reason GLOB 'constant: every pixel with data has phase *'
      OR reason GLOB 'not wrapped phase: values from * radians, expected −π to π'
      OR reason GLOB 'too small: * pixels, a patch has *')
    """

  static let version7Outcome = "CASE WHEN outcome = 2 AND NOT \(isFromPixels) THEN 4 ELSE outcome END"
  static let version7Reason = """
    CASE WHEN outcome = 2 AND NOT \(isFromPixels) THEN 'unreadable: an earlier sweep could not read it' ELSE reason END
    """

  /// Lets a read-only connection read a ledger of version 2 to 6 as version 7.
  static let version7View = """
    CREATE TEMP VIEW interferogram AS
      SELECT number, stack, pair, \(version7Outcome) AS outcome, \(version7Reason) AS reason, unit FROM main.interferogram;
    """

  /// The same for earlier results, in a ledger of version 6.
  static let version7EarlierView = """
    CREATE TEMP VIEW earlier_result AS
      SELECT number, scoring, \(version7Outcome) AS outcome, \(version7Reason) AS reason, maximum_probability, peak_row,
        peak_column, latitude, longitude, pixels_above_05, pixels_above_08, kept_patches, no_data_share, mean_coherence,
        patch_rows, patch_columns, patch_probabilities, box_row, box_column, box_half_height, box_half_width, epoch,
        unit, attempt, worker, recorded
      FROM main.earlier_result;
    """
}
