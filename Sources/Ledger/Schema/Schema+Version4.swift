extension Schema {
  /// Reviews.
  static let version4 = """
    CREATE TABLE review (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
      number INTEGER NOT NULL REFERENCES interferogram,
      reviewer TEXT NOT NULL,
      -- milliseconds since 1970
      time INTEGER NOT NULL,
      -- The fields of the Hephaestus data set, see Annotation.
      corrupted INTEGER NOT NULL,
      processing_error INTEGER NOT NULL,
      glacier_fringes INTEGER NOT NULL,
      orbital_fringes INTEGER NOT NULL,
      atmospheric_fringes INTEGER NOT NULL,
      low_coherence INTEGER NOT NULL,
      no_info INTEGER NOT NULL,
      image_artifacts INTEGER NOT NULL,
      -- JSON lists
      label TEXT NOT NULL,
      activity_type TEXT NOT NULL,
      intensity_level TEXT NOT NULL,
      phase TEXT NOT NULL,
      confidence REAL NOT NULL,
      -- JSON list of polygons, each column, row, column, row, … in pixels of the interferogram
      segmentation_mask TEXT NOT NULL,
      is_crowd INTEGER NOT NULL,
      caption TEXT NOT NULL,
      -- The same review, imported again, is one.
      UNIQUE (number, reviewer, time)
    ) STRICT;
    """
}
