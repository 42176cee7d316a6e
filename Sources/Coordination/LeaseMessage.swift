import Messaging
import Scheduling

extension Lease {
  init(_ message: Volcsweep_Lease) {
    self.init(epoch: Int(clamping: message.epoch), unit: message.unit, attempt: Int(message.attempt))
  }
}

extension Volcsweep_Lease {
  init(_ lease: Lease) {
    self.init()
    epoch = UInt64(clamping: lease.epoch)
    unit = lease.unit
    attempt = UInt32(clamping: lease.attempt)
  }
}
