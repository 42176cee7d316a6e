import CZeroMQ
import Foundation

/// What a worker knows of itself and of the process that started it.
public struct WorkerProcess: Sendable {
  public var host = ProcessInfo.processInfo.hostName
  public var pid = getpid()
  /// The process that must outlive this worker; `nil` when none has to.
  public var parent: Int32?

  public init(parent: Int32?) {
    self.parent = parent
  }

  /// Unique among all workers that ever were.
  public var identity: String { "\(host)-\(pid)-\(UInt32.random(in: 0...UInt32.max))" }

  /// Whether the process that started this one has ended.
  public var isOrphaned: Bool { parent.map { getppid() != $0 } ?? false }

  /// Memory that this process has in use now, bytes.
  public var residentBytes: UInt64 {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii)) ?? ""
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (UInt64(fields[1]) ?? 0) * UInt64(getpagesize()) : 0
  }

  /// The processor's name, by which results of one kind of machine are told from others'.
  public static var processorKind: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }
}
