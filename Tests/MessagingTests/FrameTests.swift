import Messaging
import Testing

import struct Scheduling.Lease

/// Messages as frames, and leases as they go over the wire.
@Suite struct FrameTests {
  @Test func aFrameIsReadAsTheMessageThatWasWritten() throws {
    var hello = Volcsweep_Hello()
    hello.pid = 4711
    guard
      case .hello(let received) = try Volcsweep_ToCoordinator(frame: Volcsweep_ToCoordinator(.hello(hello)).frame())
        .body
    else {
      Issue.record("not a hello")
      return
    }
    #expect(received.pid == 4711)
  }

  @Test func bytesThatAreNoMessageAreRefused() {
    #expect(throws: MessageError.self) { try Volcsweep_ToCoordinator(frame: [0xff, 0xff, 0xff, 0x01]) }
  }

  @Test func aLeaseIsTheSameBehindTheWire() {
    let lease = Lease(epoch: 3, unit: 17, attempt: 2)
    #expect(Lease(Volcsweep_Lease(lease)) == lease && lease.activationFileName == "3-17-2.activations")
    var (assignment, result) = (Volcsweep_Assignment(), Volcsweep_UnitResult())
    (assignment.lease, result.lease) = (lease, lease)
    #expect(assignment.lease == lease && result.lease == lease)
    #expect((assignment.epoch, assignment.unit, assignment.attempt) == (3, 17, 2))
  }

  @Test func numbersThatNoCoordinatorGivesDoNoHarm() {
    var message = Volcsweep_Lease()
    (message.epoch, message.unit, message.attempt) = (.max, .max, .max)
    #expect(Lease(message) == Lease(epoch: .max, unit: .max, attempt: Int(UInt32.max)))
    #expect(Volcsweep_Lease(Lease(epoch: -1, unit: 0, attempt: -1)) == Volcsweep_Lease())
  }
}
