import DequeModule

/// The units in nobody's hands, in an order that keeps a worker on the stack it has open and spreads workers over
/// different stacks. A stack's place in the order is given up by number, never searched for.
struct PendingUnits: Sendable {
  private struct Stack: Sendable {
    var units: Deque<Int32> = []
    /// The number of its valid place among the stacks.
    var place = 0
  }

  private var stacks: [Int: Stack] = [:]
  /// Stacks with pending units, with the number of the place; the head waited longest for another worker.
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

  /// Puts a unit that came back before all others of its stack, and its stack before all others.
  mutating func prepend(_ unit: Int32, stack: Int) {
    stacks[stack, default: Stack()].units.prepend(unit)
    stacks[stack]?.place = nextPlace
    order.prepend((stack, nextPlace))
    nextPlace += 1
    // Each place given up stays until it is met: they are swept out before they outnumber the valid ones.
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

  /// How often each unit stands in the queue.
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
