import Foundation
import WorkerTraces

/// A worker's process and its parent.
public struct WorkerProcess: Sendable {
  /// Name of the machine.
  public var host = ProcessInfo.processInfo.hostName
  /// This process's number.
  public var pid = getpid()
  /// The worker exits when this process ends; `nil` for none.
  public var parent: Int32?
  /// Records the current activity; `nil` if it is not read by anyone, or could not be created.
  public let blackBox: BlackBox?
  private let slots: WorkerSlots?

  /// A process that was not started by a coordinator.
  public init(parent: Int32?) {
    self.parent = parent
    blackBox = nil
    slots = nil
  }

  /// A process that a coordinator started in one of its run's slots. It holds the slot as long as it lives, so
  /// that a process left by a killed coordinator keeps a successor's worker out of the slot until it has ended.
  ///
  /// Limits the size of this process's log.
  ///
  /// - Parameters:
  ///   - parent: the coordinator's process.
  ///   - slot: the slot, counted from 1.
  ///   - logs: the run's folder of logs.
  /// - Throws: `WorkerSlots.Failure` if another process holds the slot.
  public init(parent: Int32, slot: Int, logs: URL) throws(WorkerSlots.Failure) {
    let slots = try WorkerSlots(path: logs.appending(path: WorkerFiles.slots).path)
    guard slots.take(slot) else {
      let holder = slots.holder(of: slot).map { "process \($0)" } ?? "another process"
      throw WorkerSlots.Failure(description: "worker slot \(slot) in \(logs.path) is already in use by \(holder)")
    }
    self.parent = parent
    self.slots = slots
    // A full disk must not keep the worker from computing.
    blackBox = try? BlackBox(path: logs.appending(path: WorkerFiles.blackBox(ofSlot: slot)).path)
    Self.boundLog(limitBytes: WorkerFiles.logLimitBytes)
  }

  /// Unique among all workers ever.
  public var identity: String { "\(host)-\(pid)-\(UInt32.random(in: 0...UInt32.max))" }

  /// Whether the parent process has ended. One system call.
  public var isOrphaned: Bool { parent.map { getppid() != $0 } ?? false }

  /// The processor's name, which identifies the kind of machine of a result.
  public static var processorKind: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  /// Limits the size of the file behind standard error, if it is a file, for the lifetime of this process.
  ///
  /// - Parameter limitBytes: the size; beyond it, the beginning of the file is removed.
  public static func boundLog(limitBytes: Int) { LogBound.start(STDERR_FILENO, limitBytes: limitBytes) }
}
