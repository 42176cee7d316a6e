import CBLAS
import Foundation

/// What a process should have in its environment before the BLAS is loaded, which reads it only then.
public enum BLASEnvironment {
  /// The kernel that OpenBLAS chose for this processor, by OpenBLAS's name.
  public static var kernelName: String { String(cString: openblas_get_corename()) }

  /// The libraries that results depend on: OpenBLAS's version and build with its kernel, the C library's version.
  static var libraryDescription: String {
    let libc = String(unsafeUninitializedCapacity: 64) { buffer in
      let count = buffer.withMemoryRebound(to: CChar.self) {
        confstr(Int32(_CS_GNU_LIBC_VERSION), $0.baseAddress, $0.count)
      }
      return max(min(count, buffer.count) - 1, 0)
    }
    return "\(String(cString: openblas_get_config())); kernel \(kernelName); \(libc)"
  }

  /// One thread; and, where OpenBLAS is older than the processor and so falls back to AVX2 kernels although it has
  /// AVX-512, the kernels that use it: they nearly double a network's speed. What the user has set stays as it is.
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
    let wanted: Set<Substring> = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
    if environment["OPENBLAS_CORETYPE"] == nil, ["Haswell", "Zen"].contains(kernel),
      wanted.isSubset(of: processorFlags)
    {
      advice["OPENBLAS_CORETYPE"] = "SkylakeX"
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
