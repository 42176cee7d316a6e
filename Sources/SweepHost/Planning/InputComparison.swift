import Foundation
import Interferometry
import Ledger
import RasterIO
import SweepRecords
import Synchronization

/// What a comparison of the plan with the archive found.
public struct InputChanges: Sendable {
  /// Whose pixels are not those that were scored: scored again.
  public var pixels: [InterferogramID] = []
  /// Which `dropIfgram` excludes now: out of the plan.
  public var dropped: [InterferogramID] = []
  /// Which their stacks do not hold any more: out of the plan.
  public var gone: [InterferogramID] = []
  /// Which are back, and are scored again.
  public var returned: [InterferogramID] = []
  /// Quarantined ones of files that changed: tried again.
  public var retried: [InterferogramID] = []
  /// Of copies that an older volcsweep counted again: out of the plan.
  public var copies: [InterferogramID] = []
  /// How many outcomes came without a hash of their pixels, which was taken now.
  public var firstHashed = 0
  /// Planned stacks that are not in the archive; their outcomes stay.
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

/// Compares planned stacks with their files: cheaply by size and times where these tell, else by the hashes of the
/// pixels, which other processes read.
struct InputComparison {
  /// One stack's, as far as it is known without its pixels.
  private struct Task {
    let id: Int
    let stack: FoundStack
    var changes: [Int: InputChange.Kind]
    /// Whose hashes are needed.
    let asked: [PlannedInput]
  }

  let ledger: Ledger
  /// Makes what opens stacks, for one thread each.
  let makeOpener: @Sendable () -> StackOpener

  /// Brings the plan in line with stacks whose interferograms are all planned.
  ///
  /// - Parameters:
  ///   - stacks: each with its number in the ledger.
  ///   - moved: numbers of stacks whose grid or place is another now.
  /// - Returns: what changed, and which stacks could not be compared, with the reason.
  /// - Throws: `LedgerError`, and what ``StackOpener`` throws.
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
      // Planned just now, or never read.
      case .open where isMoved && input.pixelHash == nil: continue
      case .quarantined where isMoved: changes[input.number] = .file
      case _ where isMoved: changes[input.number] = .pixels
      case .outside: changes[input.number] = .returned
      // Its pixels brought its workers down, so nobody hashes them here; a file that changed gets another chance.
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
        // Of one that has no outcome only what is stored or known of its gate is of no use any more.
        numbers[input.number] = .pixels
      }
    }
    // What changed while it was read is compared again by the next start.
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

  /// Takes all interferograms of planned stacks out of the plan.
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
