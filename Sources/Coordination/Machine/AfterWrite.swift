import Messaging
import Scheduling

/// Actions that wait until a batch is durable.
struct AfterWrite {
  struct Acknowledgement: Hashable {
    let peer: PeerID
    let lease: Lease

    // Looked up at every result, and a batch rarely has two leases of one unit: hashing the peer's long
    // identity would cost more than it saves.
    func hash(into hasher: inout Hasher) { hasher.combine(lease.unit) }
  }

  /// Limits the size of one message; a batch has thousands of leases if units are short.
  private static let leasesAtOnce = 256

  /// In order of arrival.
  private(set) var acknowledgements: [Acknowledgement] = []
  private var held: Set<Acknowledgement> = []
  /// Units that the batch adds to the ledger.
  var units: Set<UnitID> = []
  var assignments: [(peer: PeerID, assignment: Volcsweep_Assignment)] = []
  /// Kinds of machines whose plans the batch adds.
  var plans: [String] = []

  /// `isHeld` says whether the batch contains part of the result; invalid results are acknowledged without.
  mutating func acknowledge(_ lease: Lease, to peer: PeerID, isHeld: Bool) {
    let acknowledgement = Acknowledgement(peer: peer, lease: lease)
    acknowledgements.append(acknowledgement)
    if isHeld { held.insert(acknowledgement) }
  }

  /// Whether the batch contains a result, so that its sender will be answered.
  func holds(_ lease: Lease, from peer: PeerID) -> Bool {
    held.contains(Acknowledgement(peer: peer, lease: lease))
  }

  /// Acknowledgements for each peer, in order of arrival.
  var messages: [(peer: PeerID, acknowledgement: Volcsweep_Acknowledgement)] {
    var messages: [(peer: PeerID, acknowledgement: Volcsweep_Acknowledgement)] = []
    var last: [PeerID: Int] = [:]
    for entry in acknowledgements {
      let lease = Volcsweep_Lease(entry.lease)
      if let index = last[entry.peer], messages[index].acknowledgement.leases.count < Self.leasesAtOnce {
        messages[index].acknowledgement.leases.append(lease)
      } else {
        last[entry.peer] = messages.count
        var acknowledgement = Volcsweep_Acknowledgement()
        acknowledgement.leases = [lease]
        messages.append((entry.peer, acknowledgement))
      }
    }
    return messages
  }

  func isAwaited(by peer: PeerID) -> Bool { assignments.contains { $0.peer == peer } }
}
