/// A unit in one worker's hands: epoch and attempt tell this lease from every other of the same unit.
public struct Lease: Hashable, Sendable {
  /// The number of the coordinator that gave it, from 1.
  public var epoch: Int
  /// The work unit that the worker computes, unique within the sweep.
  public var unit: UnitID
  /// Counted from 1 within the epoch.
  public var attempt: Int

  public init(epoch: Int, unit: UnitID, attempt: Int) {
    self.epoch = epoch
    self.unit = unit
    self.attempt = attempt
  }

  /// The name of the file that the activations of its interferograms go to, inside their stack's folder.
  public var activationFileName: String {
    ActivationFileName.of(epoch: epoch, unit: unit, attempt: attempt)
  }
}
