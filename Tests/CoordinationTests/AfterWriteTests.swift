import Scheduling
import Testing

@testable import Coordination

@Suite struct AfterWriteTests {
  @Test func eachPeerHearsOfAllItsResultsInMessagesOfAtMost256() {
    let peers = [PeerID(identity: [1]), PeerID(socket: 1, identity: [1]), PeerID(identity: [2])]
    var then = AfterWrite()
    for unit in 1...UInt64(900) {
      let lease = Lease(epoch: 3, unit: unit, attempt: 1)
      then.acknowledge(lease, to: peers[unit <= 600 ? 0 : Int(unit % 2) + 1], isHeld: unit != 7)
    }
    let messages = then.messages
    #expect(messages.count == 3 + 2 && messages.allSatisfy { (1...256).contains($0.acknowledgement.leases.count) })
    for (number, peer) in peers.enumerated() {
      let told = messages.filter { $0.peer == peer }.flatMap(\.acknowledgement.leases)
      let due = (1...UInt64(900)).filter { ($0 <= 600 ? 0 : Int($0 % 2) + 1) == number }
      #expect(told.map(\.unit) == due && told.allSatisfy { $0.epoch == 3 && $0.attempt == 1 })
    }
    #expect(then.holds(Lease(epoch: 3, unit: 8, attempt: 1), from: peers[0]))
    #expect(!then.holds(Lease(epoch: 3, unit: 7, attempt: 1), from: peers[0]))
    // The same unit's other lease, and the same lease in other hands.
    #expect(!then.holds(Lease(epoch: 3, unit: 8, attempt: 2), from: peers[0]))
    #expect(!then.holds(Lease(epoch: 3, unit: 8, attempt: 1), from: peers[1]))
  }
}
