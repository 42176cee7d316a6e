/// Where a worker runs and who vouches for it: numbers that the caller gives out and the scheduler only compares.
public struct WorkerSeat: Hashable, Sendable {
  /// The machine.
  public var host: Int
  /// The slot on that machine in which workers follow each other; 0 where it is not known.
  public var slot: Int
  /// The key that the worker proved to hold; 0 for none, as on the coordinator's own machine.
  public var key: Int

  public init(host: Int, slot: Int, key: Int = 0) {
    (self.host, self.slot, self.key) = (host, slot, key)
  }

  /// A slot that is not known on the machine of number 0.
  public static let unknown = WorkerSeat(host: 0, slot: 0)
}
