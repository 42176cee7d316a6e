import Scheduling

/// By which plan each kind of machine computes, and who is making one. A pure value.
///
/// The first worker of a kind is asked to make the kind's plan, while the others of it wait. A plan is taken from
/// workers that were asked alone, and handed out when it is durable: results of workers with another one would have
/// other bytes.
struct MachinePlans: Sendable {
  /// What a worker is told.
  enum Answer: Hashable, Sendable {
    /// Compute by this plan, or where it is empty by the usual one.
    case use(String)
    case make
    /// Another worker makes it.
    case wait
  }

  /// What became of a plan that a worker offers.
  enum Offer: Hashable, Sendable {
    /// The worker computes by its kind's plan.
    case isInUse
    /// It is to be written down.
    case isNew
    /// Another one is the kind's, or will be: nobody asked this worker to make one.
    case isOther
  }

  private struct Maker: Sendable {
    let peer: PeerID
    let since: Instant
    /// Those that were asked before and were slow.
    var earlier: Set<PeerID> = []
  }

  /// Seconds after which another worker is asked.
  private static let patienceSeconds = 120.0
  /// Kinds of machines that are told apart; further ones compute by their usual plan.
  private static let maximumKinds = 64
  private static let maximumDocumentBytes = 256 << 10

  private(set) var documents: [String: String]
  private var makers: [String: Maker] = [:]
  /// Plans on their way to the disk.
  private var unwritten: [String: String] = [:]

  /// - Parameter documents: by kind of machine, as the ledger has them.
  init(_ documents: [String: String]) {
    self.documents = documents
  }

  /// Answers a worker's introduction.
  ///
  /// - Parameters:
  ///   - machine: the kind it says it is; empty for one that computes without a plan.
  ///   - peer: the worker.
  ///   - now: the time.
  ///   - isThere: whether a worker that was asked earlier is still known.
  /// - Returns: what it is told.
  mutating func answer(
    _ machine: String, _ peer: PeerID, at now: Instant, isThere: (PeerID) -> Bool
  ) -> Answer {
    if machine.isEmpty { return .use("") }
    if let document = documents[machine] { return .use(document) }
    if unwritten[machine] != nil { return .wait }
    if let maker = makers[machine], maker.peer != peer, isThere(maker.peer),
      now.seconds(since: maker.since) < Self.patienceSeconds
    {
      return .wait
    }
    guard makers[machine] != nil || makers.count + documents.count < Self.maximumKinds else { return .use("") }
    let asked = makers[machine].map { $0.earlier.union([$0.peer]) } ?? []
    makers[machine] = Maker(peer: peer, since: now, earlier: asked.filter(isThere))
    return .make
  }

  /// Takes what a worker says that it computes by; empty when it was not asked to make a plan, or has none.
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

  /// A kind's plan is durable: it is handed out from now on.
  mutating func settle(_ machine: String) {
    if let document = unwritten.removeValue(forKey: machine) { documents[machine] = document }
  }
}
