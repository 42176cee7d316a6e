import Interferometry

import struct Foundation.Data
import struct Scheduling.Lease

/// An outcome with how it came about.
public struct RecordedOutcome: Sendable {
  /// The interferogram's number in the plan.
  public var number: Int
  /// The outcome.
  public var outcome: Outcome
  /// Unit of the lease; 0 for none.
  public var unit: UInt64
  /// Attempt of the lease within the epoch, from 1; 0 for none.
  public var attempt: Int
  /// The worker's number within the epoch; 0 for none.
  public var worker: Int
  /// Time spent in each stage, seconds.
  public var seconds: StageSeconds
  /// The number of the layer whose activations were stored, and the lease whose file has them; `nil` for none.
  public var activation: (layer: Int, lease: Lease)?
  /// Whether it was computed from stored activations.
  public var isFromActivations = false
  /// SHA-256 of the pixels it was computed from; `nil` if none were read.
  public var pixelHash: Data?
  /// Pixels with data; `nil` if no pixels were read.
  public var mask: DataMask?

  public init(
    number: Int, outcome: Outcome, unit: UInt64 = 0, attempt: Int = 0, worker: Int = 0,
    seconds: StageSeconds = StageSeconds()
  ) {
    self.number = number
    self.outcome = outcome
    self.unit = unit
    self.attempt = attempt
    self.worker = worker
    self.seconds = seconds
  }
}
