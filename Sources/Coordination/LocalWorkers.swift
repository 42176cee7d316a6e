import Foundation
import Logging
import Messaging
import Subprocess
import Synchronization
import SystemPackage

/// What happens to worker processes of this machine.
public enum LocalWorkerEvent: Sendable {
  case started(pid: Int32)
  /// The process ended: `cause` says how, with the last lines of its log.
  case ended(pid: Int32, cause: String)
  /// No process could be started, or it keeps ending at once; no further try is made.
  case gaveUp(reason: String)
}

/// Starts worker processes on this machine and starts them again when they end.
public final class LocalWorkers: Sendable {
  /// Ends in a row, each within ``shortLifeSeconds`` of the start, after which a place is given up.
  static let maximumShortLives = 8
  static let shortLifeSeconds = 2.0

  private let executable: String
  private let arguments: [String]
  private let environment: [String: String]
  private let logs: URL
  private let mailbox: Mailbox<LocalWorkerEvent>
  private let isStopping = Mutex(false)
  private let tasks = Mutex<[Task<Void, Never>]>([])
  private let running = Mutex<Set<Int32>>([])
  private let places = DispatchGroup()

  /// - Parameters:
  ///   - executable: path of the worker's program.
  ///   - arguments: what it is started with.
  ///   - environment: what is set for it in addition to this process's environment.
  ///   - logs: folder for `worker-<n>.log`, which their output is appended to.
  ///   - mailbox: where their ends are posted.
  public init(
    executable: String, arguments: [String], environment: [String: String], logs: URL,
    mailbox: Mailbox<LocalWorkerEvent>
  ) {
    self.environment = environment
    self.executable = executable
    self.arguments = arguments
    self.logs = logs
    self.mailbox = mailbox
  }

  /// Starts `count` workers.
  public func start(_ count: Int) {
    tasks.withLock { tasks in
      for place in 1...count {
        places.enter()
        tasks.append(
          Task {
            await self.keepAlive(place)
            self.places.leave()
          })
      }
    }
  }

  /// Starts none again, asks those that run to leave, and waits until every process has ended; those that take
  /// longer are killed. Blocks.
  public func end(withinSeconds seconds: Double) {
    isStopping.withLock { $0 = true }
    let deadline = ContinuousClock.now + .seconds(seconds)
    var asked: Set<Int32> = []
    repeat {
      // One that was only being started when the sweep ended is asked in a later round.
      for pid in running.withLock({ $0 }) where asked.insert(pid).inserted { kill(pid, SIGTERM) }
      if places.wait(timeout: .now() + 0.05) == .success { return }
    } while ContinuousClock.now < deadline
    while places.wait(timeout: .now() + 0.05) == .timedOut {
      for pid in running.withLock({ $0 }) { kill(pid, SIGKILL) }
    }
  }

  private func keepAlive(_ place: Int) async {
    let log = logs.appending(path: "worker-\(place).log")
    var shortLives = 0
    while !isStopping.withLock({ $0 }) {
      let started = ContinuousClock.now
      do {
        let (pid, cause) = try await runOnce(log: log)
        mailbox.post(.ended(pid: pid, cause: cause))
      } catch {
        mailbox.post(.gaveUp(reason: "\(executable) cannot be started: \(error)"))
        return
      }
      let wasShort = ContinuousClock.now - started < .seconds(Self.shortLifeSeconds)
      shortLives = wasShort ? shortLives + 1 : 0
      if shortLives >= Self.maximumShortLives {
        let tail = Self.tail(of: log, since: 0)
        mailbox.post(.gaveUp(reason: "a worker ended \(shortLives) times right after its start\(tail)"))
        return
      }
      if shortLives > 0 { try? await Task.sleep(for: .milliseconds(50 << min(shortLives, 6))) }
    }
  }

  private func runOnce(log: URL) async throws -> (pid: Int32, cause: String) {
    let descriptor = try FileDescriptor.open(
      FilePath(log.path), .writeOnly, options: [.create, .append, .closeOnExec],
      permissions: [.ownerReadWrite])
    let start = try descriptor.seek(offset: 0, from: .end)
    let result = try await run(
      .path(FilePath(executable)), arguments: Arguments(arguments),
      environment: .inherit.updating(
        Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
      input: .none,
      output: .fileDescriptor(descriptor, closeAfterSpawningProcess: false),
      error: .fileDescriptor(descriptor, closeAfterSpawningProcess: true)
    ) { execution in
      let pid = Int32(execution.processIdentifier.value)
      _ = running.withLock { $0.insert(pid) }
      mailbox.post(.started(pid: pid))
    }
    let pid = Int32(result.processIdentifier.value)
    _ = running.withLock { $0.remove(pid) }
    switch result.terminationStatus {
    case .exited(let code): return (pid, "exit status \(code)\(code == 0 ? "" : Self.tail(of: log, since: start))")
    case .signaled(let signal): return (pid, "signal \(signal)\(Self.tail(of: log, since: start))")
    }
  }

  /// The last lines that a log has got since it was `start` bytes long, to be said with a failure.
  private static func tail(of log: URL, since start: Int64) -> String {
    guard let handle = try? FileHandle(forReadingFrom: log) else { return "" }
    defer { try? handle.close() }
    let end = Int64(clamping: (try? handle.seekToEnd()) ?? 0)
    try? handle.seek(toOffset: UInt64(max(start, end - 600)))
    let bytes = (try? handle.readToEnd()) ?? Data()
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(3)
    return lines.isEmpty ? "" : "; its log ends: " + lines.joined(separator: " | ")
  }
}
