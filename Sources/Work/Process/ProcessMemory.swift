import Foundation
import Messaging
import NeuralNetwork
import ProcessResources

/// Memory of this process.
enum ProcessMemory {
  /// Resident memory now, and its peak if known, bytes.
  static var inUse: (residentBytes: UInt64, peakResidentBytes: UInt64) {
    let resident = (statm?.resident ?? 0) * UInt64(getpagesize())
    let peak = maximumResident
    return (resident, peak > inheritedMaximum ? max(peak, resident) : resident)
  }

  /// Upper bound of the BLAS's work memory.
  private static let blasBytes = 160 << 20

  /// `exec` passes on the maximum of the parent process; it is this process's own once it has grown.
  private static let inheritedMaximum = maximumResident

  private static var maximumResident: UInt64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return UInt64(clamping: usage.ru_maxrss) << 10
  }

  /// Limits data and heap of the process together; 0 removes the limit.
  ///
  /// An allocation beyond the limit fails and ends the process: Swift's allocation does so itself, an error of
  /// the HDF5 library is checked for it (see ``endIfExhausted()``), and the BLAS, which would retry for ever,
  /// allocates everything in advance.
  ///
  /// - Throws: `MessageError` if the system refuses.
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

  /// Ends the process if a library failed and almost no memory is left: a failed allocation says nothing about
  /// the interferogram, and would also affect the next ones.
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

  /// Fields of `/proc/self/statm`, pages: total, resident, shared, text, 0, data. Does not allocate.
  private static var statm: (resident: UInt64, data: UInt64)? {
    // A static string is zero-terminated in place; any other would be copied.
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
      // In unoptimised builds a loop over a sequence allocates.
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
