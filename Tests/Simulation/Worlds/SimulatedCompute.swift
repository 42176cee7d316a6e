import Interferometry
import Messaging

import struct Scheduling.Lease

/// A worker's compute thread: one unit after the other, one interferogram after the other.
struct SimulatedCompute {
  private(set) var queue: [Volcsweep_Assignment] = []
  private(set) var atHand: Volcsweep_Assignment?
  private var finished: [Volcsweep_InterferogramResult] = []
  private(set) var progress: UInt64 = 0
  private(set) var isDraining = false
  private(set) var isCancelled = false
  var isHung = false
  /// Its machine is of another kind than the coordinator's.
  var isOfOtherKind = false

  /// The interferogram at hand.
  var interferogram: Volcsweep_PlannedInterferogram? {
    atHand.flatMap { finished.count < $0.interferograms.count ? $0.interferograms[finished.count] : nil }
  }

  mutating func add(_ assignment: Volcsweep_Assignment) {
    if !isDraining { queue.append(assignment) }
  }

  mutating func cancel(_ lease: Lease) {
    queue.removeAll { $0.lease == lease }
    if atHand?.lease == lease { isCancelled = true }
  }

  /// Drops all but what is at hand.
  ///
  /// - Returns: the lease at hand.
  mutating func drain() -> Lease? {
    isDraining = true
    queue.removeAll()
    return atHand?.lease
  }

  /// Takes up the next unit if none is at hand.
  ///
  /// - Returns: whether it did.
  mutating func begin() -> Bool {
    guard atHand == nil, !queue.isEmpty else { return false }
    atHand = queue.removeFirst()
    finished = []
    isCancelled = false
    return true
  }

  /// Makes progress without coming to an end.
  mutating func stepOnTheSpot() { progress += 1 }

  /// Ends the interferogram at hand.
  ///
  /// - Parameter trouble: why it cannot be read; `nil` where it can.
  /// - Returns: the unit's result when that was all of it, or all that there will be.
  mutating func finishInterferogram(_ trouble: ReadingTrouble? = nil) -> Volcsweep_UnitResult? {
    guard let assignment = atHand, let planned = interferogram else { return nil }
    finished.append(Truth.message(planned, onOtherKind: isOfOtherKind, trouble: trouble))
    progress += 1
    guard finished.count == assignment.interferograms.count || isDraining || isCancelled else { return nil }
    atHand = nil
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    result.interferograms = finished
    return result
  }
}
