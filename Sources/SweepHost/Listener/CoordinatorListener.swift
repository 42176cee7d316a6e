import Coordination
import Foundation
import Messaging
import Transport

/// The coordinator's sockets: a Unix socket in the run folder for local workers, and optionally an encrypted
/// TCP socket for remote ones. Messages that must not be handled are dropped and counted here. Owned by one
/// thread.
final class CoordinatorListener {
  enum Arrival {
    case message(Volcsweep_ToCoordinator, from: PeerID)
    /// A message that must not be handled.
    case dropped
    case nothing
  }

  /// Endpoint for workers on other machines; `nil` if there is none.
  let remoteAddress: Endpoint?
  let watch: ConnectionWatch
  private let context: MessageContext
  /// In the order of ``PeerID/socket``.
  private let sockets: [MessageSocket]
  private var turn = 0
  /// Messages taken in a row from the current socket.
  private var taken = 0
  private var peerGuard: PeerGuard
  /// Remaining parts of a frame with several messages.
  private var joined: (parts: ArraySlice<Data>, user: String, peer: PeerID)?

  /// - Throws: `ZeroMQError` when an address cannot be listened at, `KeyFileError` when keys cannot be used.
  init(_ settings: HostSettings) throws {
    context = try MessageContext()
    watch = try ConnectionWatch()
    peerGuard = PeerGuard(limits: settings.peerRate)
    let local = try MessageSocket(.router, context: context, limits: settings.socketLimits, watch: watch)
    try local.bind(settings.address)
    // Anyone who may write to the socket may send results, so restrict it to its owner, whatever the folder
    // permits.
    chmod(String(settings.address.trimmingPrefix("ipc://")), 0o600)
    guard let remote = settings.remote else {
      sockets = [local]
      remoteAddress = nil
      return
    }
    let authenticator = try Authenticator(context: context, folder: remote.keys.allowed, watch: watch)
    let socket = try MessageSocket(
      .router, context: context, limits: settings.socketLimits, security: .server(remote.pair, authenticator),
      watch: watch)
    remoteAddress = remote.reachable(try socket.bind("\(remote.listen)"))
    sockets = [local, socket]
  }

  /// Blocks until a message arrives, a descriptor is readable, or the timeout has passed.
  func wait(alsoFor descriptors: [Int32], milliseconds: Int) throws -> Wakeup {
    let isHolding = joined != nil
    let wakeup = try MessageSocket.wait(
      for: sockets, alsoFor: descriptors, milliseconds: isHolding ? 0 : milliseconds)
    return Wakeup(hasMessages: wakeup.hasMessages || isHolding, readable: wakeup.readable)
  }

  /// Takes the next message, several from each socket in turn: polling an empty socket is a system call.
  /// Seconds are of a monotonic clock.
  func next(at seconds: Double) throws -> Arrival {
    if let arrival = nextJoined() { return arrival }
    if taken >= 64 { passTurn() }
    for _ in sockets {
      guard let message = try sockets[turn].receiveFromPeer() else {
        passTurn()
        continue
      }
      taken += 1
      return admit(message, from: PeerID(socket: turn, identity: message.identity), at: seconds)
    }
    return .nothing
  }

  private func passTurn() {
    turn = (turn + 1) % sockets.count
    taken = 0
  }

  /// Sends messages to one peer, in order.
  ///
  /// - Returns: the result; after a failed message the rest is not sent.
  func send(_ messages: [Volcsweep_ToWorker], to peer: PeerID) throws -> MessageSocket.SendOutcome {
    var next = 0
    for (frame, count) in try Volcsweep_ToWorker.frames(of: messages) {
      let outcome = try sockets[peer.socket].send(frame, to: peer.identity)
      guard case .sent = outcome else { return outcome }
      let assignments = messages[next..<(next + count)].count {
        if case .assignment = $0.body { true } else { false }
      }
      peerGuard.expectAnswers(assignments, from: peer)
      next += count
    }
    return .sent
  }

  /// Rejections to be logged; call periodically.
  func reports(at seconds: Double) -> [ConnectionReport] {
    peerGuard.forget(at: seconds)
    watch.flush()
    return watch.reports.takeAll()
  }

  private func admit(_ message: PeerMessage, from id: PeerID, at seconds: Double) -> Arrival {
    if let objection = peerGuard.objection(to: message, from: id, at: seconds) {
      watch.note(objection, peer: message.user)
      return .dropped
    }
    do throws(MessageError) {
      let decoded = try Volcsweep_ToCoordinator(frame: message.body ?? [])
      guard let parts = try decoded.partsWithinBounds() else {
        return .message(Self.named(decoded, user: message.user), from: id)
      }
      guard peerGuard.admits(parts.count - 1, joinedTo: id, at: seconds) else {
        watch.note(.tooFast, peer: message.user)
        return .dropped
      }
      joined = (parts[...], message.user, id)
      return nextJoined() ?? .dropped
    } catch {
      watch.note(.malformedMessage, peer: message.user, detail: error.description)
      return .dropped
    }
  }

  private func nextJoined() -> Arrival? {
    guard let (parts, user, peer) = joined, let part = parts.first else { return nil }
    joined = parts.count > 1 ? (parts.dropFirst(), user, peer) : nil
    do {
      return .message(Self.named(try Volcsweep_ToCoordinator(decoding: part), user: user), from: peer)
    } catch {
      watch.note(.malformedMessage, peer: user, detail: error.description)
      return .dropped
    }
  }

  /// In log and ledger, the proven key of a remote worker precedes the host name it reports.
  private static func named(_ message: Volcsweep_ToCoordinator, user: String) -> Volcsweep_ToCoordinator {
    guard !user.isEmpty else { return message }
    var message = message
    switch message.body {
    case .hello(let hello): message.hello.host = "\(user)@\(hello.host)"
    case .exitReport(let report): message.exitReport.host = "\(user)@\(report.host)"
    default: break
    }
    return message
  }
}
