extension Schema {
  /// Lets a read-only connection read a ledger of version 1 as version 2: temporary views shadow the tables.
  static let version1Views = """
    CREATE TEMP VIEW interferogram AS
      SELECT number, stack, pair, \(version7Outcome) AS outcome, \(version7Reason) AS reason, 0 AS unit
      FROM main.interferogram;
    CREATE TEMP VIEW worker AS
      SELECT epoch, row_number() OVER (PARTITION BY epoch ORDER BY min(number)) AS number, worker AS name,
        NULL AS kind, NULL AS joined
      FROM main.execution WHERE worker <> '' GROUP BY epoch, worker;
    CREATE TEMP VIEW execution AS
      SELECT old.number, old.epoch, unit, attempt, coalesce(worker.number, 0) AS worker,
        1000 * coalesce(CAST(strftime('%s', recorded) AS INTEGER), 0) AS recorded,
        read_seconds, gray_seconds, gate_seconds, network_seconds, merge_seconds
      FROM main.execution AS old LEFT JOIN worker ON worker.epoch = old.epoch AND worker.name = old.worker;
    CREATE TEMP VIEW unit AS SELECT 0 AS id, 0 AS stack, 0 AS parent, 0 AS blame WHERE 0;
    CREATE TEMP VIEW machine_kind AS
      SELECT 0 AS id, '' AS processor, '' AS blas_kernel, '' AS plan_hash WHERE 0;
    CREATE TEMP VIEW word AS SELECT 0 AS id, '' AS text WHERE 0;
    CREATE TEMP VIEW transition AS
      SELECT 0 AS sequence, 0 AS unit, 0 AS epoch, 0 AS attempt, 0 AS worker, 0 AS from_state, 0 AS to_state,
        0 AS stimulus, 0 AS time, NULL AS detail WHERE 0;
    CREATE TEMP VIEW difference AS
      SELECT 0 AS sequence, 0 AS number, 0 AS epoch, 0 AS worker, 0 AS time, '' AS detail WHERE 0;
    """
}
