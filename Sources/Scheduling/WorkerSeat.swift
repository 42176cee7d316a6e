/// Where a worker runs: numbers that the caller gives out and the scheduler only compares.
public struct WorkerSeat: Hashable, Sendable {
  /// The machine.
  public var host: Int
  /// The slot on that machine in which workers follow each other; 0 where it is not known.
  public var slot: Int

  public init(host: Int, slot: Int) {
    (self.host, self.slot) = (host, slot)
  }

  /// A slot that is not known on the machine of number 0.
  public static let unknown = WorkerSeat(host: 0, slot: 0)
}
