import Foundation
import Messaging
import NeuralNetwork
import ProcessResources

/// The memory of this process.
enum ProcessMemory {
  /// Resident now, and at most so far where that is known, bytes.
  static var inUse: (residentBytes: UInt64, peakResidentBytes: UInt64) {
    let resident = (statm?.resident ?? 0) * UInt64(getpagesize())
    let peak = maximumResident
    return (resident, peak > inheritedMaximum ? max(peak, resident) : resident)
  }

  /// More than the BLAS takes for its work.
  private static let blasBytes = 160 << 20

  /// The maximum comes through `exec` from whoever started this process, and is its own once it has grown.
  private static let inheritedMaximum = maximumResident

  private static var maximumResident: UInt64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return UInt64(clamping: usage.ru_maxrss) << 10
  }

  /// Bounds what the process may have in data and heap together; 0 lifts the bound.
  ///
  /// What asks for more gets none, and then ends the process: Swift's own allocation does so by itself, the HDF5
  /// library's error is taken for it (see ``endIfExhausted()``), and the BLAS, which would try for ever, has all that
  /// it needs before.
  ///
  /// - Throws: `MessageError` when the system refuses.
  static func limit(to bytes: UInt64) throws(MessageError) {
    if bytes > 0 {
      do {
        try ResourceProbe(threads: 0, descriptors: 0, addressSpaceBytes: blasBytes).run()
      } catch {
        throw MessageError("not enough memory for the BLAS: \(error)")
      }
      PatchClassifier.takeBLASMemory()
    }
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0 else {
      throw MessageError("the memory limit cannot be read: \(String(cString: strerror(errno)))")
    }
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : min(rlim_t(bytes), limit.rlim_max)
    guard setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0 else {
      throw MessageError("the memory limit of \(bytes) bytes cannot be set: \(String(cString: strerror(errno)))")
    }
  }

  /// Ends the process where a library failed and there is next to no memory left: what failed for want of memory says
  /// nothing of the interferogram, and may do so of the next ones too.
  static func endIfExhausted() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max,
      let pages = statm?.data
    else { return }
    let dataBytes = pages * UInt64(getpagesize())
    guard dataBytes + 32 << 20 > limit.rlim_cur else { return }
    let message = "volcsweep worker \(getpid()): memory limit of \(limit.rlim_cur >> 20) MB reached\n"
    _ = Array(message.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    abort()
  }

  /// The first numbers of `/proc/self/statm`, pages: all, resident, shared, text, 0, data. Allocates nothing.
  private static var statm: (resident: UInt64, data: UInt64)? {
    // A static string ends with a zero byte and stays where it is; another is copied for the call.
    let path: StaticString = "/proc/self/statm"
    let descriptor = path.utf8Start.withMemoryRebound(to: CChar.self, capacity: path.utf8CodeUnitCount + 1) {
      open($0, O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      var (field, resident, data) = (0, UInt64(0), UInt64(0))
      var index = 0
      // A loop over a sequence allocates in builds that are not optimised.
      while index < count {
        let byte = buffer[index]
        index += 1
        if byte == UInt8(ascii: " ") {
          field += 1
        } else if byte >= 48, byte < 58 {
          if field == 1 { resident = resident &* 10 &+ UInt64(byte - 48) }
          if field == 5 { data = data &* 10 &+ UInt64(byte - 48) }
        }
      }
      return field >= 5 ? (resident, data) : nil
    }
  }
}
