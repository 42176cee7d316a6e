import GRDB
import Interferometry
import SweepRecords

/// Writes the parts of a batch within the connection's transaction.
struct BatchWriter {
  let database: Database
  let epoch: Int
  private var words: [String: Int64]
  /// Row numbers of words that this batch added; durable once its transaction is.
  private(set) var addedWords: [String: Int64] = [:]

  init(_ database: Database, epoch: Int, words: [String: Int64]) {
    self.database = database
    self.epoch = epoch
    self.words = words
  }

  func insert(_ workers: [LoggedWorker]) throws {
    guard !workers.isEmpty else { return }
    let kind = try PreparedStatement(
      database,
      "INSERT INTO machine_kind (processor, blas_kernel, plan_hash) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
    let worker = try PreparedStatement(
      database,
      """
      INSERT INTO worker (epoch, number, name, joined, kind) VALUES (?1, ?2, ?3, ?4, (
        SELECT id FROM machine_kind WHERE processor = ?5 AND blas_kernel = ?6 AND plan_hash = ?7))
      """)
    for logged in workers {
      kind.bind(1, logged.kind.processor)
      kind.bind(2, logged.kind.blasKernel)
      kind.bind(3, logged.kind.planHash)
      try kind.run()
      worker.bind(1, epoch)
      worker.bind(2, logged.number)
      worker.bind(3, logged.name)
      worker.bind(4, logged.joined)
      worker.bind(5, logged.kind.processor)
      worker.bind(6, logged.kind.blasKernel)
      worker.bind(7, logged.kind.planHash)
      try worker.run()
    }
  }

  func insert(_ plans: [MachinePlan]) throws {
    guard !plans.isEmpty else { return }
    let insert = try PreparedStatement(
      database, "INSERT INTO plan (machine, document, epoch) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    for plan in plans {
      insert.bind(1, plan.machine)
      insert.bind(2, plan.document)
      insert.bind(3, epoch)
      try insert.run()
    }
  }

  func insert(_ splits: [UnitSplit]) throws {
    guard !splits.isEmpty else { return }
    let unit = try PreparedStatement(database, "INSERT INTO unit (id, stack, parent, blame) VALUES (?, ?, ?, ?)")
    let move = try PreparedStatement(database, "UPDATE interferogram SET unit = ? WHERE number = ?")
    for split in splits {
      for child in split.children {
        let id = Int64(clamping: child.id)
        unit.bind(1, id)
        unit.bind(2, child.stack)
        unit.bind(3, Int64(clamping: split.parent))
        unit.bind(4, child.blame)
        try unit.run()
        for number in child.interferograms {
          move.bind(1, id)
          move.bind(2, number)
          try move.run()
        }
      }
    }
  }

  func update(_ blames: [UnitBlame]) throws {
    guard !blames.isEmpty else { return }
    let update = try PreparedStatement(database, "UPDATE unit SET blame = ? WHERE id = ?")
    for blame in blames {
      update.bind(1, blame.blame)
      update.bind(2, Int64(clamping: blame.unit))
      try update.run()
    }
  }

  mutating func insert(_ transitions: [LoggedTransition]) throws {
    guard !transitions.isEmpty else { return }
    let insert = try PreparedStatement(
      database,
      """
      INSERT INTO transition (unit, epoch, attempt, worker, from_state, to_state, stimulus, time, detail)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    insert.bind(2, epoch)
    for transition in transitions {
      insert.bind(1, Int64(clamping: transition.unit))
      insert.bind(3, transition.attempt)
      insert.bind(4, transition.worker)
      insert.bind(5, try number(of: transition.from))
      insert.bind(6, try number(of: transition.to))
      insert.bind(7, try number(of: transition.stimulus))
      insert.bind(8, transition.time)
      if transition.detail.isEmpty { insert.bindNull(9) } else { insert.bind(9, transition.detail) }
      try insert.run()
    }
  }

  func insert(_ differences: [ResultDifference]) throws {
    guard !differences.isEmpty else { return }
    let insert = try PreparedStatement(
      database,
      """
      INSERT INTO difference (number, epoch, worker, time, detail) SELECT ?1, ?2, ?3, ?4, ?5
        WHERE NOT EXISTS (SELECT 1 FROM difference WHERE number = ?1 AND epoch = ?2 AND worker = ?3)
      """)
    for difference in differences {
      insert.bind(1, difference.number)
      insert.bind(2, epoch)
      insert.bind(3, difference.worker)
      insert.bind(4, difference.time)
      insert.bind(5, difference.detail)
      try insert.run()
    }
  }

  private mutating func number(of word: String) throws -> Int64 {
    if let number = words[word] { return number }
    let insert = try PreparedStatement(database, "INSERT INTO word (text) VALUES (?) ON CONFLICT DO NOTHING")
    insert.bind(1, word)
    try insert.run()
    let find = try PreparedStatement(database, "SELECT id FROM word WHERE text = ?")
    find.bind(1, word)
    let number = try find.firstInteger() ?? 0
    words[word] = number
    addedWords[word] = number
    return number
  }
}
