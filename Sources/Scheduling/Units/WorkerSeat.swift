/// Where a worker runs and which key identifies it: numbers assigned by the caller, which the scheduler only
/// compares.
public struct WorkerSeat: Hashable, Sendable {
  /// The machine.
  public var host: Int
  /// The slot on that machine, used by one worker after the other; 0 if unknown.
  public var slot: Int
  /// The key that the worker proved to hold; 0 for none, as on the coordinator's machine.
  public var key: Int

  public init(host: Int, slot: Int, key: Int = 0) {
    (self.host, self.slot, self.key) = (host, slot, key)
  }

  /// An unknown slot of machine 0.
  public static let unknown = WorkerSeat(host: 0, slot: 0)
}
