import Messaging
import Scheduling

/// What waits until a batch is durable.
struct AfterWrite {
  struct Acknowledgement: Hashable {
    let peer: PeerID
    let lease: Lease

    // It is looked up at every result, and hardly two leases of a batch are of one unit: to hash the peer's long identity
    // as well would cost more than it spares.
    func hash(into hasher: inout Hasher) { hasher.combine(lease.unit) }
  }

  /// So many that a message stays small; a batch has thousands where units are short.
  private static let leasesAtOnce = 256

  /// In the order in which the results came.
  private(set) var acknowledgements: [Acknowledgement] = []
  private var held: Set<Acknowledgement> = []
  /// Units that the batch brings into the ledger.
  var units: Set<UnitID> = []
  var assignments: [(peer: PeerID, assignment: Volcsweep_Assignment)] = []
  /// Kinds of machines whose plans the batch brings.
  var plans: [String] = []

  /// `isHeld` says whether the batch holds something of the result, which was no nonsense then.
  mutating func acknowledge(_ lease: Lease, to peer: PeerID, isHeld: Bool) {
    let acknowledgement = Acknowledgement(peer: peer, lease: lease)
    acknowledgements.append(acknowledgement)
    if isHeld { held.insert(acknowledgement) }
  }

  /// Whether the batch holds a result, so that its sender will hear of it.
  func holds(_ lease: Lease, from peer: PeerID) -> Bool {
    held.contains(Acknowledgement(peer: peer, lease: lease))
  }

  /// The messages that tell each peer of its results, in the order in which these came.
  var messages: [(peer: PeerID, acknowledgement: Volcsweep_Acknowledgement)] {
    var messages: [(peer: PeerID, acknowledgement: Volcsweep_Acknowledgement)] = []
    var last: [PeerID: Int] = [:]
    for entry in acknowledgements {
      let lease = Volcsweep_Lease(entry.lease)
      if let place = last[entry.peer], messages[place].acknowledgement.leases.count < Self.leasesAtOnce {
        messages[place].acknowledgement.leases.append(lease)
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
