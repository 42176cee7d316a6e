import DequeModule

/// The units in nobody's hands, in an order that keeps a worker on the stack it has open and spreads workers over
/// different stacks.
struct PendingUnits {
  private var unitsByStack: [Int: Deque<UnitID>] = [:]
  /// Stacks with pending units; the head is the one that waited longest for another worker.
  private var stacks: Deque<Int> = []
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func append(_ unit: UnitID, stack: Int) {
    if unitsByStack[stack] == nil { stacks.append(stack) }
    unitsByStack[stack, default: []].append(unit)
    count += 1
  }

  /// Puts a unit that came back before all others of its stack, and its stack before all others.
  mutating func prepend(_ unit: UnitID, stack: Int) {
    if unitsByStack[stack] == nil { stacks.prepend(stack) }
    unitsByStack[stack, default: []].prepend(unit)
    count += 1
  }

  mutating func next(preferring stack: Int?) -> UnitID? {
    if let stack, unitsByStack[stack] != nil { return pop(from: stack) }
    guard let head = stacks.popFirst() else { return nil }
    stacks.append(head)
    return pop(from: head)
  }

  /// How often each unit stands in the queue.
  var waiting: [UnitID: Int] {
    unitsByStack.values.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  private mutating func pop(from stack: Int) -> UnitID? {
    guard let unit = unitsByStack[stack]?.popFirst() else { return nil }
    count -= 1
    if unitsByStack[stack]?.isEmpty == true {
      unitsByStack[stack] = nil
      if stacks.last == stack {
        stacks.removeLast()
      } else if let index = stacks.firstIndex(of: stack) {
        stacks.remove(at: index)
      }
    }
    return unit
  }
}
