import CBLAS
import Foundation

/// What a process should have in its environment before the BLAS is loaded, which reads it only then.
public enum BLASEnvironment {
  /// The kernel that OpenBLAS chose for this processor, by OpenBLAS's name.
  public static var kernelName: String { String(cString: openblas_get_corename()) }

  /// OpenBLAS's version and how it was built. Asked once: the library puts the text together anew in one place for all
  /// threads, so that two that ask at a time may get it twice over, and a plan of this machine then fits no more.
  static let configuration = String(cString: openblas_get_config())

  /// The libraries that results depend on: OpenBLAS's version and build with its kernel, the C library's version.
  static var libraryDescription: String {
    let libc = String(unsafeUninitializedCapacity: 64) { buffer in
      let count = buffer.withMemoryRebound(to: CChar.self) {
        confstr(Int32(_CS_GNU_LIBC_VERSION), $0.baseAddress, $0.count)
      }
      return max(min(count, buffer.count) - 1, 0)
    }
    return "\(Plan.thisMachine); \(libc)"
  }

  /// OpenBLAS's kernels for x86-64, the fastest first, with what they need and those that are as good.
  private static let kernels: [(name: String, flags: Set<Substring>, asGood: Set<String>)] = [
    (
      "SkylakeX", ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
      ["SkylakeX", "Cooperlake", "SapphireRapids"]
    ),
    ("Haswell", ["avx2", "fma"], ["Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"]),
  ]

  /// One thread; and, where OpenBLAS does not know the processor (because it is newer, or because a virtual machine
  /// hides its name) and so falls back to kernels for older ones, the best that it can run: AVX-512's nearly double
  /// AVX2's speed and are five times that of the oldest. What the user has set stays as it is.
  ///
  /// - Parameters:
  ///   - environment: what is set already.
  ///   - kernel: the name of the kernel OpenBLAS chooses by itself.
  ///   - processorFlags: as `/proc/cpuinfo` lists them.
  /// - Returns: what to set in addition.
  public static func advice(
    environment: [String: String] = ProcessInfo.processInfo.environment, kernel: String = kernelName,
    processorFlags: Set<Substring> = flags()
  ) -> [String: String] {
    var advice: [String: String] = [:]
    if environment["OPENBLAS_NUM_THREADS"] == nil { advice["OPENBLAS_NUM_THREADS"] = "1" }
    let better = kernels.first { $0.flags.isSubset(of: processorFlags) }
    if environment["OPENBLAS_CORETYPE"] == nil, let better, !better.asGood.contains(kernel) {
      advice["OPENBLAS_CORETYPE"] = better.name
    }
    return advice
  }

  /// What the processor can do, as `/proc/cpuinfo` lists it.
  public static func flags() -> Set<Substring> {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    return Set(line.split(separator: " "))
  }
}
