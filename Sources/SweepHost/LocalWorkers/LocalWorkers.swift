import ChildProcesses
import Coordination
import FileReasons
import Foundation
import Messaging
import Synchronization
import Transport
import WorkerTraces

/// Events of this machine's worker processes.
public enum LocalWorkerEvent: Sendable {
  /// Started in the slot of this number, from 1.
  case started(pid: Int32, slot: Int)
  /// The process ended, by itself or not.
  case ended(pid: Int32, ProcessEnd)
  /// The process was killed and does not end, as in an uninterruptible wait for a disk. It is abandoned.
  case stuck(pid: Int32)
  /// A slot stays empty: workers are being stopped, or its last worker had nothing more to do.
  case retired
  /// No process could be started, or it keeps ending before it starts a unit; the slot is given up.
  case gaveUp(reason: String)
}

/// Starts worker processes on this machine, one per slot, and restarts them when they end; for a coordinator or
/// a ``WorkerKeeper``.
public final class LocalWorkers: Sendable {
  private let executable: String
  private let arguments: [String]
  private let environment: [String: String]
  private let logs: URL
  private let mailbox: Mailbox<LocalWorkerEvent>
  private let limits: SupervisionLimits
  private let isStopping = Mutex(false)
  private let running = Mutex<[Int32: ProcessHandle]>([:])
  private let slots = DispatchGroup()

  /// - Parameters:
  ///   - executable: path of the worker's program.
  ///   - arguments: what it is started with, before `--place` and `--logs`.
  ///   - environment: what is set for it in addition to this process's environment.
  ///   - logs: folder of the files that ``WorkerTraces/WorkerFiles`` names.
  ///   - mailbox: where their starts and ends are posted.
  ///   - limits: how patient it is.
  public init(
    executable: String, arguments: [String], environment: [String: String], logs: URL,
    mailbox: Mailbox<LocalWorkerEvent>, limits: SupervisionLimits = SupervisionLimits()
  ) {
    self.environment = environment
    self.executable = executable
    self.arguments = arguments
    self.logs = logs
    self.mailbox = mailbox
    self.limits = limits
  }

  /// Environment for workers. A crash must end a process at once, without the seconds that a backtrace takes.
  /// Variables set by the user are kept.
  public static func environment(
    of environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String: String] {
    environment["SWIFT_BACKTRACE"] == nil ? ["SWIFT_BACKTRACE": "enable=no"] : [:]
  }

  /// Starts `count` workers. A slot still held by an earlier coordinator's worker is filled once that has
  /// ended.
  public func start(_ count: Int) {
    for slot in 1...count {
      slots.enter()
      Task {
        await OrphanWatch(logs: logs, limits: limits).waitUntilFree(slot: slot, of: count) {
          self.isStopping.withLock { $0 }
        }
        await keepAlive(slot)
        slots.leave()
      }
    }
  }

  /// Stops restarts, sends SIGTERM to running workers and waits until all have ended; those that take too long
  /// are killed, and those that then do not end, as in an uninterruptible wait for a disk, are abandoned.
  /// Blocks.
  ///
  /// - Parameters:
  ///   - seconds: time to exit after SIGTERM.
  ///   - lastSeconds: time to end after SIGKILL.
  /// - Returns: the abandoned processes; each is also posted as ``LocalWorkerEvent/stuck(pid:)``.
  @discardableResult
  public func end(withinSeconds seconds: Double, killedWithinSeconds lastSeconds: Double = 15) -> [Int32] {
    isStopping.withLock { $0 = true }
    let deadline = ContinuousClock.now + .seconds(seconds)
    var asked: Set<Int32> = []
    repeat {
      // A worker that was still being started gets SIGTERM in a later round.
      for (pid, process) in running.withLock({ $0 }) where asked.insert(pid).inserted { process.send(SIGTERM) }
      if slots.wait(timeout: .now() + 0.05) == .success { return [] }
    } while ContinuousClock.now < deadline
    let lastDeadline = ContinuousClock.now + .seconds(lastSeconds)
    while slots.wait(timeout: .now() + 0.05) == .timedOut {
      kill()
      guard ContinuousClock.now < lastDeadline else { break }
    }
    let left = running.withLock { $0.keys.sorted() }
    for pid in left { mailbox.post(.stuck(pid: pid)) }
    return left
  }

  /// Kills all running processes.
  func kill() {
    for process in running.withLock({ $0 }).values { process.send(SIGKILL) }
  }

  /// Kills one process, if it is one of these and still runs; its number alone could belong to another process
  /// by now.
  public func kill(_ pid: Int32) { running.withLock { $0[pid] }?.send(SIGKILL) }

  private func keepAlive(_ slot: Int) async {
    var backOff = BackOff(limits)
    while !isStopping.withLock({ $0 }) {
      let started = ContinuousClock.now
      do {
        let (pid, end) = try await runOnce(slot)
        mailbox.post(.ended(pid: pid, end))
        if !limits.refillsAfterSuccess && end.exitStatus == 0 { break }
        switch backOff.next(after: end, lifeSeconds: (ContinuousClock.now - started) / .seconds(1)) {
        case .giveUp(let reason): return mailbox.post(.gaveUp(reason: reason))
        case .pause(let seconds): await pause(seconds)
        }
      } catch {
        return mailbox.post(.gaveUp(reason: "\(executable) cannot be started: \(SystemReason.reason(error))"))
      }
    }
    mailbox.post(.retired)
  }

  private func pause(_ seconds: Double) async {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline, !isStopping.withLock({ $0 }) {
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private func runOnce(_ slot: Int) async throws -> (pid: Int32, end: ProcessEnd) {
    let blackBox = logs.appending(path: WorkerFiles.blackBox(ofSlot: slot)).path
    unlink(blackBox)
    let log = try WorkerLog(logs, slot: slot)
    let program = Program(
      .path(executable), arguments + ["--place", String(slot), "--logs", logs.path], environment: environment)
    let (pid, ending) = try await program.run(output: log.descriptor) { pid in
      // It cannot have been waited for yet, so the number is its own.
      if let process = ProcessHandle(pid: pid) { running.withLock { $0[pid] = process } }
      mailbox.post(.started(pid: pid, slot: slot))
    }
    running.withLock { $0[pid] = nil }
    var end = ProcessEnd(
      signal: ending.signal, exitStatus: ending.exitStatus, logTail: log.tail(),
      log: "logs/\(WorkerFiles.log(ofSlot: slot))")
    if let reading = WorkerActivity(blackBox: blackBox), reading.pid == pid {
      end.atHand = reading
      end.peakResidentBytes = reading.peakResidentBytes > 0 ? Int64(clamping: reading.peakResidentBytes) : nil
    }
    return (pid, end)
  }
}
