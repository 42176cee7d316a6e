extension Schema {
  /// Map of the source, embedding and scale of the peak; places of volcanoes. Checksums of existing rows stay valid,
  /// see `OutcomeChecksum`.
  static let version12 = """
    -- Pixels along each axis that were averaged to a pixel of the scale of the maximum.
    ALTER TABLE score ADD COLUMN peak_scale INTEGER NOT NULL DEFAULT 1;
    -- Where the source lies: rows and columns of cells, uint16 little-endian, then a byte per cell, row-major,
    -- compressed by zlib; NULL if the network does not say, or no patch was scored.
    ALTER TABLE score ADD COLUMN source_map BLOB;
    -- Of the patch with the highest probability, float16 little-endian; NULL likewise.
    ALTER TABLE score ADD COLUMN embedding BLOB;
    ALTER TABLE earlier_result ADD COLUMN peak_scale INTEGER DEFAULT 1;
    ALTER TABLE earlier_result ADD COLUMN source_map BLOB;
    ALTER TABLE earlier_result ADD COLUMN embedding BLOB;

    -- Where the volcanoes of the stacks lie, degrees, by key.
    CREATE TABLE volcano_place (
      volcano TEXT PRIMARY KEY NOT NULL,
      latitude REAL NOT NULL,
      longitude REAL NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Lets a read-only connection read scores of a ledger of version 8 to 11 as version 12. Older ledgers have no
  /// checksums, whose queries name all columns.
  static let version12Views = """
    CREATE TEMP VIEW score AS
      SELECT *, 1 AS peak_scale, NULL AS source_map, NULL AS embedding FROM main.score;
    CREATE TEMP VIEW earlier_result AS
      SELECT *, 1 AS peak_scale, NULL AS source_map, NULL AS embedding FROM main.earlier_result;
    """
}
