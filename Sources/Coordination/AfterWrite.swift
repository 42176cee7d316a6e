import Ledger
import Messaging
import Scheduling

/// What waits until a batch is durable.
struct AfterWrite {
  struct Acknowledgement: Hashable {
    let peer: PeerID
    let lease: Lease
  }

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

  func isAwaited(by peer: PeerID) -> Bool { assignments.contains { $0.peer == peer } }
}
