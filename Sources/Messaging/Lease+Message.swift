import struct Scheduling.Lease

// How a lease goes over the wire. Numbers that no coordinator gives become the nearest ones that one could give:
// whoever says them is refused for holding no such lease.

extension Lease {
  /// Reads a lease from a message; an epoch beyond the range of `Int` is clamped.
  public init(_ message: Volcsweep_Lease) {
    self.init(epoch: Int(clamping: message.epoch), unit: message.unit, attempt: Int(message.attempt))
  }
}

extension Volcsweep_Lease {
  /// The message for a lease; a negative epoch or attempt becomes 0, an attempt beyond 32 bits is clamped.
  public init(_ lease: Lease) {
    self.init()
    epoch = UInt64(clamping: lease.epoch)
    unit = lease.unit
    attempt = UInt32(clamping: lease.attempt)
  }
}

extension Volcsweep_Assignment {
  /// The lease that is given, whose numbers are fields of the message itself.
  public var lease: Lease {
    get { Lease(epoch: Int(clamping: epoch), unit: unit, attempt: Int(attempt)) }
    set {
      let lease = Volcsweep_Lease(newValue)
      (epoch, unit, attempt) = (lease.epoch, lease.unit, lease.attempt)
    }
  }
}

extension Volcsweep_UnitResult {
  /// The lease that the result is of, whose numbers are fields of the message itself.
  public var lease: Lease {
    get { Lease(epoch: Int(clamping: epoch), unit: unit, attempt: Int(attempt)) }
    set {
      let lease = Volcsweep_Lease(newValue)
      (epoch, unit, attempt) = (lease.epoch, lease.unit, lease.attempt)
    }
  }
}
