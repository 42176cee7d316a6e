import Foundation

/// The most memory that this process had resident since it was started.
///
/// `getrusage` does not tell: its `ru_maxrss` is inherited from the process that started this one, which may have had
/// far more.
struct PeakMemory {
  private let status = open("/proc/self/status", O_RDONLY | O_CLOEXEC)

  /// 0 where the system does not say.
  var bytes: UInt64 {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { buffer in
      let count = pread(status, buffer.baseAddress, buffer.count, 0)
      let text = buffer[..<max(0, count)]
      guard let label = text.firstRange(of: "VmHWM:".utf8) else { return 0 }
      let digits = text[label.upperBound...].drop { $0 == 0x20 || $0 == 0x09 }.prefix { 0x30...0x39 ~= $0 }
      return 1024 * digits.reduce(0) { $0 &* 10 &+ UInt64($1 - 0x30) }
    }
  }
}
