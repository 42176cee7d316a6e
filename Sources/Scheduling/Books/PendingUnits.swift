import DequeModule

/// Units that no worker holds, ordered so that a worker stays on the stack it has open and workers spread over
/// stacks. An entry in the order is invalidated by number, never searched for.
struct PendingUnits: Sendable {
  private struct Stack: Sendable {
    var units: Deque<Int32> = []
    /// Number of its valid entry in the order of stacks.
    var place = 0
  }

  private var stacks: [Int: Stack] = [:]
  /// Stacks with pending units, with the number of the entry; the head has waited longest for another worker.
  private var order: Deque<(stack: Int, place: Int)> = []
  private var nextPlace = 1

  mutating func append(_ unit: Int32, stack: Int) {
    if stacks[stack] == nil {
      stacks[stack] = Stack(units: [unit], place: nextPlace)
      order.append((stack, nextPlace))
      nextPlace += 1
    } else {
      stacks[stack]?.units.append(unit)
    }
  }

  /// Puts a returned unit before all others of its stack, and its stack before all others.
  mutating func prepend(_ unit: Int32, stack: Int) {
    stacks[stack, default: Stack()].units.prepend(unit)
    stacks[stack]?.place = nextPlace
    order.prepend((stack, nextPlace))
    nextPlace += 1
    // Invalid entries stay until they reach the head; they are removed before they outnumber the valid ones.
    if order.count > 2 * stacks.count + 64 { order.removeAll { stacks[$0.stack]?.place != $0.place } }
  }

  mutating func next(preferring stack: Int?) -> Int32? {
    if let stack, stacks[stack] != nil { return pop(from: stack) }
    while let head = order.popFirst() {
      guard stacks[head.stack]?.place == head.place else { continue }
      order.append(head)
      return pop(from: head.stack)
    }
    return nil
  }

  /// How often each unit is queued.
  var waiting: [Int32: Int] {
    stacks.values.reduce(into: [:]) { counts, stack in
      for unit in stack.units { counts[unit, default: 0] += 1 }
    }
  }

  private mutating func pop(from stack: Int) -> Int32? {
    let unit = stacks[stack]?.units.popFirst()
    if stacks[stack]?.units.isEmpty == true { stacks[stack] = nil }
    return unit
  }
}
