import Scheduling

/// Execution plans by kind of machine, and which worker is making one. A pure value.
///
/// The first worker of a kind is asked to make the plan while others of the kind wait. A plan is accepted only
/// from a worker that was asked, and handed out once it is durable: with another plan, results would have other
/// bytes.
struct MachinePlans: Sendable {
  /// Answer to a worker.
  enum Answer: Hashable, Sendable {
    /// Use this plan; if it is empty, choose kernels by shape.
    case use(String)
    /// Make a plan.
    case make
    /// Wait: another worker is making the plan.
    case wait
  }

  /// What happens to a plan that a worker offers.
  enum Offer: Hashable, Sendable {
    /// It is the current plan of the worker's kind.
    case isInUse
    /// It is new and must be stored.
    case isNew
    /// Rejected: the kind has, or will have, another plan; this worker was not asked.
    case isOther
  }

  private struct Maker: Sendable {
    let peer: PeerID
    let since: Instant
    /// Workers asked earlier that took too long.
    var earlier: Set<PeerID> = []
  }

  /// Timeout after which another worker is asked.
  private static let timeoutSeconds = 120.0
  /// Kinds of machines with a plan; further ones choose kernels by shape.
  private static let maximumKinds = 64
  private static let maximumDocumentBytes = 256 << 10

  private(set) var documents: [String: String]
  private var makers: [String: Maker] = [:]
  /// Plans being written to disk.
  private var unwritten: [String: String] = [:]

  /// - Parameter documents: stored plans, by kind of machine.
  init(_ documents: [String: String]) {
    self.documents = documents
  }

  /// Answers a worker's Hello.
  ///
  /// - Parameters:
  ///   - machine: the kind it reports; empty for a worker that computes without a plan.
  ///   - peer: the worker.
  ///   - now: the current time.
  ///   - isThere: whether a worker that was asked earlier is still connected.
  /// - Returns: the answer.
  mutating func answer(
    _ machine: String, _ peer: PeerID, at now: Instant, isThere: (PeerID) -> Bool
  ) -> Answer {
    if machine.isEmpty { return .use("") }
    if let document = documents[machine] { return .use(document) }
    if unwritten[machine] != nil { return .wait }
    if let maker = makers[machine], maker.peer != peer, isThere(maker.peer),
      now.seconds(since: maker.since) < Self.timeoutSeconds
    {
      return .wait
    }
    guard makers[machine] != nil || makers.count + documents.count < Self.maximumKinds else { return .use("") }
    let asked = makers[machine].map { $0.earlier.union([$0.peer]) } ?? []
    makers[machine] = Maker(peer: peer, since: now, earlier: asked.filter(isThere))
    return .make
  }

  /// Handles a worker's offered plan; empty if it was not asked to make one, or has none.
  mutating func take(_ document: String, of machine: String, from peer: PeerID) -> Offer {
    guard !document.isEmpty, !machine.isEmpty, document.utf8.count <= Self.maximumDocumentBytes else {
      if makers[machine]?.peer == peer { makers[machine] = nil }
      return .isInUse
    }
    if let known = documents[machine] ?? unwritten[machine] {
      return known == document && documents[machine] != nil ? .isInUse : .isOther
    }
    guard let maker = makers[machine], maker.peer == peer || maker.earlier.contains(peer) else { return .isOther }
    makers[machine] = nil
    unwritten[machine] = document
    return .isNew
  }

  /// Marks a kind's plan as durable; it is handed out from now on.
  mutating func settle(_ machine: String) {
    if let document = unwritten.removeValue(forKey: machine) { documents[machine] = document }
  }
}
