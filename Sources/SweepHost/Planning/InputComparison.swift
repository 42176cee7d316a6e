import Foundation
import Interferometry
import Ledger
import RasterIO
import SweepRecords
import Synchronization

/// Differences between plan and archive.
public struct InputChanges: Sendable {
  /// Pixels changed since the interferogram was scored: scored again.
  public var pixels: [InterferogramID] = []
  /// Now excluded by `dropIfgram`: removed from the plan.
  public var dropped: [InterferogramID] = []
  /// Not in the stack any more: removed from the plan.
  public var gone: [InterferogramID] = []
  /// In the stack again: scored again.
  public var returned: [InterferogramID] = []
  /// Quarantined, in a file that changed: retried.
  public var retried: [InterferogramID] = []
  /// Planned from a copy by an older version: removed from the plan.
  public var copies: [InterferogramID] = []
  /// Number of outcomes without a pixel hash, which was computed now.
  public var firstHashed = 0
  /// Planned stacks that are missing in the archive; their outcomes are kept.
  public var missing: [String] = []

  mutating func note(_ kind: InputChange.Kind, _ id: InterferogramID) {
    switch kind {
    case .pixels: pixels.append(id)
    case .dropped: dropped.append(id)
    case .gone: gone.append(id)
    case .returned: returned.append(id)
    case .file: retried.append(id)
    case .copy: copies.append(id)
    }
  }
}

/// Compares planned stacks with their files: by size and times if possible, otherwise by pixel hashes, which
/// other processes compute.
struct InputComparison {
  /// Comparison of one stack, before pixels are read.
  private struct Task {
    let id: Int
    let stack: FoundStack
    var changes: [Int: InputChange.Kind]
    /// Interferograms whose hashes are needed.
    let asked: [PlannedInput]
  }

  let ledger: Ledger
  /// Creates openers of stacks, one per thread.
  let makeOpener: @Sendable () -> StackOpener

  /// Updates the plan for stacks whose interferograms are all planned.
  ///
  /// - Parameters:
  ///   - stacks: the stacks with their numbers in the ledger.
  ///   - moved: numbers of stacks whose grid or location changed.
  /// - Returns: the changes, and the stacks that could not be compared, with reasons.
  /// - Throws: `LedgerError`, and errors of ``StackOpener``.
  func run(
    _ stacks: [(id: Int, stack: FoundStack)], moved: Set<Int>
  ) throws -> (changes: InputChanges, troubles: [(file: String, reason: String)]) {
    let states = try ledger.stackStates()
    let tasks = try stacks.map { id, stack in
      try task(id, stack, known: states[id], isMoved: moved.contains(id))
    }
    let read = try hashes(of: tasks)
    var changes = InputChanges()
    var troubles: [(file: String, reason: String)] = []
    for (index, task) in tasks.enumerated() {
      let (found, trouble) = read[index] ?? ([:], nil)
      if let trouble { troubles.append((task.stack.file, trouble)) }
      try note(task, found, hasTrouble: trouble != nil, known: states[task.id], in: &changes)
    }
    return (changes, troubles)
  }

  private func task(_ id: Int, _ stack: FoundStack, known: StackState?, isMoved: Bool) throws -> Task {
    let kept = Set(stack.summary.keptPairs)
    let excluded = Set(stack.summary.excludedPairs)
    let isUnchanged = !isMoved && stack.stamp != nil && stack.stamp == known?.stamp
    var changes: [Int: InputChange.Kind] = [:]
    var asked: [PlannedInput] = []
    for input in try ledger.inputs(ofStack: id) {
      guard kept.contains(input.pair) else {
        if input.standing != .outside { changes[input.number] = excluded.contains(input.pair) ? .dropped : .gone }
        continue
      }
      switch input.standing {
      // Just planned, or never read.
      case .open where isMoved && input.pixelHash == nil: continue
      case .quarantined where isMoved: changes[input.number] = .file
      case _ where isMoved: changes[input.number] = .pixels
      case .outside: changes[input.number] = .returned
      // Its pixels crashed workers, so they are not hashed here; if the file changed, it is retried.
      case .quarantined where input.pixelHash == nil:
        if !isUnchanged, known?.stamp != nil { changes[input.number] = .file }
        continue
      default: break
      }
      if input.pixelHash == nil ? input.standing == .decided : !isUnchanged { asked.append(input) }
    }
    return Task(id: id, stack: stack, changes: changes, asked: asked)
  }

  private func hashes(of tasks: [Task]) throws -> [Int: (hashes: [DatePair: Data], trouble: String?)] {
    let waiting = Mutex(tasks.indices.filter { !tasks[$0].asked.isEmpty })
    let results = Mutex<[Int: Result<(hashes: [DatePair: Data], trouble: String?), any Error>]>([:])
    let processes = min(ProcessInfo.processInfo.activeProcessorCount, waiting.withLock { $0.count })
    guard processes > 0 else { return [:] }
    DispatchQueue.concurrentPerform(iterations: processes) { _ in
      let opener = makeOpener()
      while let index = waiting.withLock({ $0.popLast() }) {
        let task = tasks[index]
        let result = Result { try opener.pixelHashes(of: task.stack.path, task.asked.map(\.pair)) }
        results.withLock { $0[index] = result }
      }
    }
    return try results.withLock { $0 }.mapValues { try $0.get() }
  }

  private func note(
    _ task: Task, _ found: [DatePair: Data], hasTrouble: Bool, known: StackState?, in changes: inout InputChanges
  ) throws {
    var numbers = task.changes
    var pixelHashes: [Int: Data] = [:]
    for input in task.asked {
      guard let hash = found[input.pair], hash != input.pixelHash else { continue }
      pixelHashes[input.number] = hash
      if input.pixelHash == nil {
        changes.firstHashed += 1
      } else if numbers[input.number] == nil || numbers[input.number] == .returned {
        // An open interferogram loses only stored activations and gate results.
        numbers[input.number] = .pixels
      }
    }
    // A file that changed while it was read is compared again at the next start.
    let stamp = hasTrouble || FileStamp.of(task.stack.path) != task.stack.stamp ? nil : task.stack.stamp
    let state = StackState(identity: task.stack.summary.identity, stamp: stamp)
    if numbers.isEmpty, pixelHashes.isEmpty, state == known { return }
    try ledger.note(numbers, pixelHashes: pixelHashes, ofStack: task.id, state: state)
    let pairs = Dictionary(
      try ledger.inputs(ofStack: task.id).map { ($0.number, $0.pair) }, uniquingKeysWith: { first, _ in first })
    for (number, kind) in numbers.sorted(by: { $0.key < $1.key }) {
      guard let pair = pairs[number] else { continue }
      changes.note(
        kind, InterferogramID(volcano: task.stack.planned.volcano, frame: task.stack.planned.frame, pair: pair))
    }
  }

  /// Removes all interferograms of planned stacks from the plan.
  ///
  /// - Throws: `LedgerError`.
  func remove(
    _ stacks: [Int], as kind: InputChange.Kind, from planned: [Int: PlannedStack], in changes: inout InputChanges
  )
    throws
  {
    for id in stacks {
      let inputs = try ledger.inputs(ofStack: id).filter { $0.standing != .outside }
      guard let stack = planned[id], !inputs.isEmpty else { continue }
      try ledger.note(
        Dictionary(uniqueKeysWithValues: inputs.map { ($0.number, kind) }), pixelHashes: [:], ofStack: id,
        state: nil)
      for input in inputs {
        changes.note(kind, InterferogramID(volcano: stack.volcano, frame: stack.frame, pair: input.pair))
      }
    }
  }
}
