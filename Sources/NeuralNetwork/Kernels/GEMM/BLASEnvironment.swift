import CBLAS
import Foundation

/// Environment variables for the BLAS, which reads them only when it is loaded.
public enum BLASEnvironment {
  /// Name of the kernel set that OpenBLAS chose for this processor.
  public static var kernelName: String { String(cString: openblas_get_corename()) }

  /// OpenBLAS's version and build configuration. Read only once: the library writes the text to one buffer for
  /// all threads, so that two concurrent callers may see it twice, and a plan of this machine would not match
  /// any more.
  static let configuration = String(cString: openblas_get_config())

  /// Versions that results depend on: OpenBLAS's version, build and kernel set, and the C library's version.
  static var libraryDescription: String {
    let libc = String(unsafeUninitializedCapacity: 64) { buffer in
      let count = buffer.withMemoryRebound(to: CChar.self) {
        confstr(Int32(_CS_GNU_LIBC_VERSION), $0.baseAddress, $0.count)
      }
      return max(min(count, buffer.count) - 1, 0)
    }
    return "\(Plan.thisMachine); \(libc)"
  }

  /// OpenBLAS's kernel sets for x86-64, the fastest first, with required processor flags and equivalent sets.
  private static let kernels: [(name: String, flags: Set<Substring>, asGood: Set<String>)] = [
    (
      "SkylakeX", ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
      ["SkylakeX", "Cooperlake", "SapphireRapids"]
    ),
    ("Haswell", ["avx2", "fma"], ["Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"]),
  ]

  /// Sets one thread. If OpenBLAS does not recognise the processor (because it is newer, or a virtual machine
  /// hides its name) and falls back to kernels for older ones, also sets the best kernel set that the processor
  /// supports: AVX-512 is almost twice as fast as AVX2 and five times as fast as the oldest set. Variables set
  /// by the user are kept.
  ///
  /// - Parameters:
  ///   - environment: the current environment.
  ///   - kernel: name of the kernel set that OpenBLAS chooses by default.
  ///   - processorFlags: flags from `/proc/cpuinfo`.
  /// - Returns: variables to add.
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

  /// Processor flags from `/proc/cpuinfo`.
  public static func flags() -> Set<Substring> {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    return Set(line.split(separator: " "))
  }
}
