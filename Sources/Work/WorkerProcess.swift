import Foundation
import Messaging

/// What a worker knows of itself and of the process that started it.
public struct WorkerProcess: Sendable {
  public var host = ProcessInfo.processInfo.hostName
  public var pid = getpid()
  /// The process that must outlive this worker; `nil` when none has to.
  public var parent: Int32?
  /// What outlives this process; `nil` where nobody reads it, or where it cannot be made.
  public let blackBox: BlackBox?
  private let places: WorkerPlaces?

  /// A process that no coordinator started.
  public init(parent: Int32?) {
    self.parent = parent
    blackBox = nil
    places = nil
  }

  /// A process that a coordinator started in one of its run's places. It has the place for as long as it lives, so
  /// one that a killed coordinator left behind keeps its successor's worker out until it has ended.
  ///
  /// Bounds this process's log.
  ///
  /// - Parameters:
  ///   - parent: the coordinator.
  ///   - place: counted from 1.
  ///   - logs: the run's folder for logs.
  /// - Throws: `WorkerPlaces.Failure` when the place is another process's.
  public init(parent: Int32, place: Int, logs: URL) throws(WorkerPlaces.Failure) {
    let places = try WorkerPlaces(path: logs.appending(path: WorkerFiles.places).path)
    guard places.take(place) else {
      let holder = places.holder(of: place).map { "process \($0)" } ?? "another process"
      throw WorkerPlaces.Failure(description: "worker slot \(place) in \(logs.path) is already in use by \(holder)")
    }
    self.parent = parent
    self.places = places
    // A full disk must not keep it from its work.
    blackBox = try? BlackBox(path: logs.appending(path: WorkerFiles.blackBox(ofPlace: place)).path)
    Self.boundLog(limitBytes: WorkerFiles.logLimitBytes)
  }

  /// Unique among all workers that ever were.
  public var identity: String { "\(host)-\(pid)-\(UInt32.random(in: 0...UInt32.max))" }

  /// Whether the process that started this one has ended. One system call.
  public var isOrphaned: Bool { parent.map { getppid() != $0 } ?? false }

  /// Memory that this process has in use now, bytes.
  public var residentBytes: UInt64 { ProcessMemory.inUse.residentBytes }

  /// The processor's name, by which results of one kind of machine are told from others'.
  public static var processorKind: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  /// Bounds the file behind standard error, if it is one, for as long as this process lives.
  ///
  /// - Parameter limitBytes: what goes beyond it is removed from the file's beginning.
  public static func boundLog(limitBytes: Int) { LogBound.start(STDERR_FILENO, limitBytes: limitBytes) }
}
