import Coordination
import FileReasons
import Foundation
import Logging
import Transport

/// Supervises the workers of one machine for a coordinator on another: starts them, restarts those that end
/// before the sweep does, and reports their exits to the coordinator. Owned by one thread.
public final class WorkerKeeper {
  private let host = ProcessInfo.processInfo.hostName
  private let mailbox: Mailbox<LocalWorkerEvent>
  private let workers: LocalWorkers
  private let count: Int
  private let lostStatus: Int32
  private let reporter: ExitReporter
  private let log: Logger

  /// - Parameters:
  ///   - executable: path of the worker's program.
  ///   - arguments: its arguments before `--place` and `--logs`.
  ///   - environment: variables added to this process's environment.
  ///   - count: number of workers.
  ///   - logs: folder for their files, not shared with another keeper.
  ///   - log: receives their events.
  ///   - lostStatus: exit status of a worker that timed out waiting for a coordinator.
  ///   - connection: the coordinator's endpoint and the workers' keys; called before each report.
  /// - Throws: `ZeroMQError` if the process has no file descriptors left.
  public init(
    executable: String, arguments: [String], environment: [String: String], count: Int, logs: URL, log: Logger,
    lostStatus: Int32,
    connection: @escaping @Sendable () throws -> (address: String, security: SocketSecurity)
  ) throws {
    var limits = SupervisionLimits()
    limits.refillsAfterSuccess = false
    limits.maximumFruitlessLives = 3
    limits.hopelessStatus = lostStatus
    mailbox = try Mailbox()
    workers = LocalWorkers(
      executable: executable, arguments: arguments,
      environment: environment.merging(LocalWorkers.environment()) { first, _ in first }, logs: logs,
      mailbox: mailbox, limits: limits)
    reporter = ExitReporter(connection: connection)
    self.count = count
    self.lostStatus = lostStatus
    self.log = log
  }

  /// How it ended.
  public enum Ending: Sendable {
    /// Every worker exited on its own.
    case completed
    /// No worker has a coordinator any more.
    case lost(reason: String)
    /// This many slots were given up, the first one for this reason.
    case gaveUp(slots: Int, reason: String)
  }

  /// Runs until every worker has exited on its own or was given up; the first signal makes them leave, another
  /// one some seconds later kills them. Blocks.
  ///
  /// - Returns: how it ended.
  /// - Throws: `ZeroMQError` if a descriptor fails.
  public func run(signals: SignalSource) throws -> Ending {
    workers.start(count)
    var (retired, lost, reasons) = (0, 0, [String]())
    var asked: ContinuousClock.Instant?
    while retired + reasons.count < count {
      let wakeup = try MessageSocket.wait(
        for: [], alsoFor: [mailbox.descriptor, signals.descriptor], milliseconds: -1
      ).readable
      for signal in wakeup[1] ? signals.takeAll() : [] {
        log.notice("signal", metadata: ["signal": "\(signal)"])
        if let asked {
          if ContinuousClock.now - asked > Self.echo { workers.kill() }
        } else {
          asked = ContinuousClock.now
          Thread.detachNewThread { [workers] in workers.end(withinSeconds: Self.drainSeconds) }
        }
      }
      for event in wakeup[0] ? mailbox.takeAll() : [] {
        switch event {
        case .started(let pid, _): log.info("worker started", metadata: ["pid": "\(pid)"])
        case .ended(let pid, let end):
          if end.exitStatus == lostStatus { lost += 1 }
          tell(pid, end)
        case .retired: retired += 1
        case .stuck(let pid):
          log.error("a worker process was killed but does not exit", metadata: ["pid": "\(pid)"])
          retired += 1
        case .gaveUp(let reason):
          log.error("a worker slot was given up", metadata: ["reason": "\(reason)"])
          reasons.append(reason)
        }
      }
    }
    guard let reason = reasons.first else { return .completed }
    return lost == count ? .lost(reason: reason) : .gaveUp(slots: reasons.count, reason: reason)
  }

  /// A terminal or a cluster signals every process of a job, and the parent signals again: a second signal
  /// within this time is the first one repeated.
  private static let echo: Duration = .seconds(3)

  /// Longer than any interferogram takes; whoever sent the signal has its own limit.
  private static let drainSeconds = 3600.0

  private func tell(_ pid: Int32, _ end: ProcessEnd) {
    guard end.exitStatus != 0, end.exitStatus != lostStatus else { return }
    log.warning("worker ended", metadata: ["pid": "\(pid)", "cause": "\(end)"])
    do {
      guard try !reporter.tell(end.exitReport(host: host, pid: pid)) else { return }
      log.warning(
        "the exit could not be reported, because the coordinator does not respond", metadata: ["pid": "\(pid)"])
    } catch {
      log.warning(
        "the exit could not be reported to the coordinator",
        metadata: ["pid": "\(pid)", "reason": "\(SystemReason.reason(error))"])
    }
  }
}
