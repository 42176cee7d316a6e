import Detection
import Foundation
import Interferometry
import Messaging
import ProcessResources

/// Reads pixels on its own thread, ahead of the network: first those of the current unit, then those of the
/// next unit.
///
/// Malformed input can crash this thread, so the black box records what it reads while it reads. The next unit
/// is opened and read only while the network runs, which no pixel can crash: a death at that time is the
/// reader's. Otherwise both threads work on the current unit.
package final class PixelReader: @unchecked Sendable {
  /// Georeferenced grid of a unit's stack.
  package struct Place {
    /// Rows and columns.
    package let grid: Grid
    /// Longitude and latitude of its pixels, degrees.
    package let geoTransform: GeoTransform
  }

  /// Returns the assignment after the current one; `nil` if there is none yet.
  package typealias Upcoming = @Sendable () -> Volcsweep_Assignment?

  /// Number of interferograms buffered, if they are small enough.
  static let slotLimit = 8
  /// Bytes of pixels buffered; a single interferogram may be larger.
  static let byteLimit = 128 << 20

  /// A unit that is being read.
  private struct Order {
    let number: Int
    let assignment: Volcsweep_Assignment
    var place: Result<Place, UnreadablePixels>?
    /// The next interferogram to read.
    var next = 0

    var isRead: Bool {
      switch place {
      case nil: false
      case .success: next == assignment.interferograms.count
      case .failure: true
      }
    }
  }

  /// An interferogram that was read.
  private struct Entry {
    let order: Int
    let index: Int
    let slot: PixelSlot
    let content: Result<(hasCoherence: Bool, hash: Data), any Error>
  }

  private enum Task {
    case prove(Proof)
    case ask(Upcoming)
    case open(Order)
    case read(Order, PixelSlot)
  }

  /// A stack to read as a proof.
  private struct Proof {
    let stack: String
    let done: @Sendable (ArchiveProof) -> Void
  }

  /// Used only by the reading thread.
  private let stack: CurrentStack
  /// Guards all further properties.
  private let turn = NSCondition()
  private var isStopped = false
  /// The last one requested.
  private var proof: Proof?
  private var currentActivity: CurrentActivity?
  private var upcoming: Upcoming?
  private var orders = 0
  private var current: Order?
  private var ahead: Order?
  private var mayReadAhead = false
  /// Whether the next unit may have changed since it was last requested.
  private var mayAsk = false
  private var free = (0..<slotLimit).map { _ in PixelSlot() }
  /// In the order in which they will be needed.
  private var entries: [Entry] = []
  private var held: PixelSlot?
  /// Pixel hashes of the current unit, by index, of interferograms that were requested.
  private var hashes: [Int: Data] = [:]

  /// - Parameters:
  ///   - archive: folder of the stacks.
  ///   - proof: file name of a stack that shows whether the archive is there when another cannot be read; empty
  ///     for none.
  /// - Throws: `ResourceShortage`.
  package init(archive: URL, proof: String = "") throws {
    stack = CurrentStack(archive: archive, proof: proof)
    entries.reserveCapacity(Self.slotLimit)
    try OwnThread.start("pixels", stackBytes: 8 << 20) { self.run() }
  }

  /// Number of buffered interferograms of the next unit.
  var countAhead: Int {
    turn.lock()
    defer { turn.unlock() }
    return entries.count { $0.order == ahead?.number }
  }

  /// Sets where to ask for the unit after the current one.
  package func lookAhead(_ upcoming: @escaping Upcoming) {
    turn.lock()
    self.upcoming = upcoming
    turn.unlock()
  }

  /// Reads a stack as a proof, before the next interferogram.
  func prove(_ stack: String, _ done: @escaping @Sendable (ArchiveProof) -> Void) {
    turn.lock()
    proof = Proof(stack: stack, done: done)
    turn.broadcast()
    turn.unlock()
  }

  /// Ends the thread, which releases this object.
  package func stop() {
    turn.lock()
    isStopped = true
    upcoming = nil
    proof = nil
    turn.broadcast()
    turn.unlock()
  }

  /// Begins a unit: waits until its stack is open.
  ///
  /// - Throws: `UnreadablePixels` if none of its interferograms can be read.
  package func begin(_ assignment: Volcsweep_Assignment, _ currentActivity: CurrentActivity) throws -> Place {
    turn.lock()
    defer { turn.unlock() }
    self.currentActivity = currentActivity
    hashes = [:]
    if let ahead, ahead.assignment == assignment {
      current = ahead
    } else {
      if let ahead { drop(ahead.number) }
      current = order(assignment)
    }
    (ahead, mayReadAhead, mayAsk) = (nil, false, true)
    turn.broadcast()
    while true {
      if let place = current?.place { return try place.get() }
      turn.wait()
    }
  }

  /// Waits for the pixels of an interferogram; call in order. They are valid until the next call.
  ///
  /// - Throws: `UnreadablePixels` if they cannot be read.
  package func pixels(of index: Int) throws -> Detector.Pixels {
    turn.lock()
    defer { turn.unlock() }
    releaseHeld()
    turn.broadcast()
    while true {
      if let entry = entries.first {
        precondition(entry.order == current?.number && entry.index == index, "interferograms are taken in order")
        entries.removeFirst()
        held = entry.slot
        let content = try entry.content.get()
        hashes[index] = content.hash
        return entry.slot.pixels(withCoherence: content.hasCoherence)
      }
      turn.wait()
    }
  }

  /// SHA-256 of an interferogram's pixels, if they were requested and read; empty otherwise. Available until
  /// the next unit begins.
  package func pixelHash(of index: Int) -> Data {
    turn.lock()
    defer { turn.unlock() }
    return hashes[index] ?? Data()
  }

  /// Allows the next unit to be read while the network runs.
  package func noteStage(_ stage: Detector.Stage) {
    turn.lock()
    defer { turn.unlock() }
    guard mayReadAhead != (stage == .network) else { return }
    mayReadAhead.toggle()
    guard mayReadAhead else { return }
    mayAsk = true
    turn.broadcast()
  }

  /// The current unit is complete, or abandoned.
  package func end() {
    turn.lock()
    defer { turn.unlock() }
    releaseHeld()
    if let current { drop(current.number) }
    (current, mayReadAhead) = (nil, false)
    turn.broadcast()
  }

  private func order(_ assignment: Volcsweep_Assignment) -> Order {
    orders += 1
    return Order(number: orders, assignment: assignment)
  }

  private func drop(_ order: Int) {
    for entry in entries where entry.order == order { free.append(entry.slot) }
    entries.removeAll { $0.order == order }
  }

  private func releaseHeld() {
    if let held { free.append(held) }
    held = nil
  }

  private func run() {
    turn.lock()
    while !isStopped {
      guard let task = nextTask() else {
        turn.wait()
        continue
      }
      let currentActivity = self.currentActivity
      turn.unlock()
      let finish = perform(task, currentActivity)
      turn.lock()
      finish()
      turn.broadcast()
    }
    turn.unlock()
  }

  private func nextTask() -> Task? {
    if let proof {
      self.proof = nil
      return .prove(proof)
    }
    if let current, !current.isRead { return task(for: current) }
    guard mayReadAhead else { return nil }
    if let ahead { return ahead.isRead ? nil : task(for: ahead) }
    guard mayAsk, let upcoming else { return nil }
    mayAsk = false
    return .ask(upcoming)
  }

  private func task(for order: Order) -> Task? {
    guard case .success(let place) = order.place else { return .open(order) }
    let bytes = 2 * place.grid.count * MemoryLayout<Float>.stride
    let room = max(1, min(Self.slotLimit, Self.byteLimit / max(bytes, 1)))
    guard Self.slotLimit - free.count < room else { return nil }
    return free.popLast().map { .read(order, $0) }
  }

  /// Performs work that may block, and returns the changes to apply while holding the lock.
  private func perform(_ task: Task, _ currentActivity: CurrentActivity?) -> () -> Void {
    switch task {
    case .prove(let proof):
      // If the process dies over a proof, no unit is to blame.
      currentActivity?.beginReading(nil, interferogram: 0)
      let found = stack.prove(proof.stack)
      currentActivity?.endReading()
      proof.done(found)
      return {}
    case .ask(let upcoming):
      let assignment = upcoming()
      return { [self] in
        // It may have become the current unit meanwhile.
        guard let assignment, current != nil, ahead == nil, assignment.lease != current?.assignment.lease
        else { return }
        ahead = order(assignment)
      }
    case .open(let order):
      let interferograms = order.assignment.interferograms
      currentActivity?.beginReading(order.assignment.lease, interferogram: interferograms.first?.number ?? 0)
      let place = stack.open(order.assignment)
      currentActivity?.endReading()
      return { [self] in change(order) { $0.place = place } }
    case .read(let order, let slot):
      let planned = order.assignment.interferograms[order.next]
      currentActivity?.beginReading(order.assignment.lease, interferogram: planned.number)
      let content = Result { try stack.read(planned.pair, of: order.assignment, into: slot) }
      currentActivity?.endReading()
      return { [self] in
        guard change(order, { $0.next += 1 }) else { return free.append(slot) }
        entries.append(Entry(order: order.number, index: order.next, slot: slot, content: content))
      }
    }
  }

  /// - Returns: whether the order is still valid.
  @discardableResult private func change(_ order: Order, _ body: (inout Order) -> Void) -> Bool {
    if var changed = current, changed.number == order.number {
      body(&changed)
      current = changed
    } else if var changed = ahead, changed.number == order.number {
      body(&changed)
      ahead = changed
    } else {
      return false
    }
    return true
  }
}
