import Interferometry

import struct Foundation.Data
import struct Scheduling.Lease

/// An outcome with how it came about.
public struct RecordedOutcome: Sendable {
  public var number: Int
  public var outcome: Outcome
  public var unit: UInt64
  public var attempt: Int
  /// The worker's number within the epoch, 0 for none.
  public var worker: Int
  public var seconds: StageSeconds
  /// The number of the layer whose activations were stored, and the lease whose file has them; `nil` where they were not.
  public var activation: (layer: Int, lease: Lease)?
  /// Whether it was computed from stored activations.
  public var isFromActivations = false
  /// SHA-256 of the pixels that it was computed from; `nil` where none were read.
  public var pixelHash: Data?
  /// Where it has data; `nil` where no pixels were read.
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
