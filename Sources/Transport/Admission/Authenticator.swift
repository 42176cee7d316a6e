import CZeroMQ
import Foundation
import ProcessResources
import Synchronization

/// Authorises the keys of peers that connect to the encrypted sockets of its context, by the files of a folder.
/// Keys added to the folder or removed from it take effect within a second, for open connections too.
///
/// This is ZeroMQ's ZAP handler (https://rfc.zeromq.org/spec/27). While it is absent or blocked, no connection
/// is accepted.
public final class Authenticator: Sendable {
  static let domain = "volcsweep"
  /// Longest delay until a change of the folder is seen.
  static let lookSeconds = 0.5

  let context: MessageContext
  private let state: State
  private let stopSignal: Mailbox<Void>
  private let ended = DispatchSemaphore(value: 0)
  private let isStopped = Mutex(false)

  /// - Parameters:
  ///   - context: the context whose sockets it guards; a context has at most one authenticator.
  ///   - folder: the accepted keys, each as `NAME.public`.
  ///   - watch: receives rejected keys and unusable files.
  /// - Throws: ``KeyFileError`` if the folder is missing or accessible to others, ``ZeroMQError`` if the
  ///   context already has an authenticator.
  public init(context: MessageContext, folder: URL, watch: ConnectionWatch) throws {
    try PrivateFiles.check(folder: folder)
    let socket = try InprocSocket(ZMQ_ROUTER, context: context)
    guard zmq_bind(socket.handle, "inproc://zeromq.zap.01") == 0 else { throw ZeroMQError("answering for keys") }
    stopSignal = try Mailbox()
    state = State(folder: folder, watch: watch)
    self.context = context
    let handler = Handler(socket: socket, state: state, stopSignal: stopSignal, ended: ended)
    do {
      try OwnThread.start("keys") { handler.run() }
    } catch {
      // The thread was not started, so there is nothing to wait for.
      isStopped.withLock { $0 = true }
      throw error
    }
  }

  deinit {
    stop()
  }

  /// Ends the thread. From then on no connection is accepted.
  public func stop() {
    let isFirst = isStopped.withLock { stopped in
      defer { stopped = true }
      return !stopped
    }
    guard isFirst else { return }
    stopSignal.post(())
    ended.wait()
  }

  /// Names of the keys accepted now.
  public var names: Set<String> { state.allowed.withLock { Set($0.keys.keys) } }

  /// Whether a connection accepted under this name with this key is still authorised.
  func admits(name: UnsafePointer<CChar>, key: UnsafePointer<CChar>) -> Bool {
    state.admitted.withLock { admitted in
      admitted[String(cString: name)].map { strcmp($0, key) == 0 } ?? false
    }
  }

  /// State shared by the thread and the owners of the sockets.
  final class State: Sendable {
    let allowed = Mutex(AllowList())
    /// Names with their keys as C strings, for the check of each message.
    let admitted = Mutex<[String: [CChar]]>([:])
    let folder: URL
    let watch: ConnectionWatch

    init(folder: URL, watch: ConnectionWatch) {
      self.folder = folder
      self.watch = watch
      reload()
    }

    func reload() {
      let list = AllowList(folder: folder)
      allowed.withLock { $0 = list }
      admitted.withLock { $0 = list.keys.mapValues { Array($0.z85.utf8CString) } }
      for problem in list.problems { watch.note(.unusableKey, detail: problem) }
    }
  }

  /// Owned by its thread once that runs.
  private final class Handler: @unchecked Sendable {
    private var socket: InprocSocket?
    private let state: State
    private let stopSignal: Mailbox<Void>
    private let ended: DispatchSemaphore
    private var fingerprint: FolderFingerprint
    private var lookedAt = ContinuousClock.now

    init(socket: InprocSocket, state: State, stopSignal: Mailbox<Void>, ended: DispatchSemaphore) {
      self.socket = socket
      self.state = state
      self.stopSignal = stopSignal
      self.ended = ended
      fingerprint = FolderFingerprint()
    }

    func run() {
      while let socket {
        var items = [
          zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
          zmq_pollitem_t(socket: nil, fd: stopSignal.descriptor, events: Int16(ZMQ_POLLIN), revents: 0),
        ]
        let count = zmq_poll(&items, 2, Int(Authenticator.lookSeconds * 1000))
        if items[1].revents != 0 || (count < 0 && zmq_errno() != EINTR) { break }
        lookAtFolder()
        // A few at a time, so that a stop takes effect even during a flood of requests.
        for _ in 0..<64 {
          guard let frames = socket.receive() else { break }
          answer(frames, through: socket)
        }
      }
      socket = nil
      ended.signal()
    }

    private func lookAtFolder() {
      guard ContinuousClock.now - lookedAt > .seconds(Authenticator.lookSeconds / 2) else { return }
      lookedAt = .now
      let now = FolderFingerprint(state.folder)
      guard now != fingerprint else { return }
      fingerprint = now
      state.reload()
    }

    /// The sender's envelope (its address and an empty frame) precedes both request and reply.
    private func answer(_ frames: [[UInt8]], through socket: InprocSocket) {
      guard frames.count > 2, frames[1].isEmpty else { return }
      let envelope = Array(frames[..<2])
      do {
        let request = try AuthenticationRequest(frames: Array(frames[2...]))
        let name = request.domain == Authenticator.domain ? state.allowed.withLock { $0.names[request.key] } : nil
        if let name {
          socket.send(
            envelope + AuthenticationReply.admitted(name: name, key: request.key).frames(id: request.id))
        } else {
          state.watch.note(.unlistedKey, peer: request.address, detail: "key \(request.key)")
          socket.send(envelope + AuthenticationReply.refused.frames(id: request.id))
        }
      } catch {
        guard case .unusable(let id, let why) = error else { return }
        state.watch.note(.unlistedKey, detail: why)
        socket.send(envelope + AuthenticationReply.failed.frames(id: id))
      }
    }
  }
}
