import Foundation

/// oneDNN's GEMM, loaded on first use, so that the library is optional.
///
/// Only version 2, to which the names and constants below belong.
final class OneDNN: GEMMLibrary, @unchecked Sendable {
  /// `nil` if it is not installed.
  static let installed = OneDNN()

  var library: MatrixLibrary { .oneDNN }
  /// Its version and instruction set, which determine the last digits.
  let description: String
  /// Whether the processor has bfloat16 instructions.
  let hasBFloat16: Bool
  /// Whether the processor has a bfloat16 matrix unit (AMX).
  let hasMatrixUnit: Bool

  private typealias Product =
    @convention(c) (
      CChar, CChar, Int, Int, Int, Float, UnsafeRawPointer?, Int, UnsafeRawPointer?, Int, Float,
      UnsafeMutablePointer<Float>?, Int
    ) -> Int32

  private let floatGEMM: Product
  private let bfloat16GEMM: Product
  private let setThreads: (@convention(c) (Int32) -> Void)?

  private init?() {
    guard let library = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL) else { return nil }
    guard let float = dlsym(library, "dnnl_sgemm"), let bfloat16 = dlsym(library, "dnnl_gemm_bf16bf16f32"),
      let version = dlsym(library, "dnnl_version"), let kind = dlsym(library, "dnnl_get_effective_cpu_isa")
    else { return nil }
    floatGEMM = unsafeBitCast(float, to: Product.self)
    bfloat16GEMM = unsafeBitCast(bfloat16, to: Product.self)
    // Its OpenMP library is found through it. The number of threads is set per calling thread.
    setThreads = dlsym(library, "omp_set_num_threads").map {
      unsafeBitCast($0, to: (@convention(c) (Int32) -> Void).self)
    }
    let instructions = unsafeBitCast(kind, to: (@convention(c) () -> UInt32).self)()
    let numbers = unsafeBitCast(version, to: (@convention(c) () -> UnsafePointer<Int32>).self)()
    description =
      "oneDNN \(numbers[0]).\(numbers[1]).\(numbers[2]) with instructions \(String(instructions, radix: 16))"
    // dnnl_types.h: dnnl_cpu_isa_avx512_core_bf16 is 0xe7, …_amx 0x3e7.
    hasBFloat16 = instructions & 0xe7 == 0xe7
    hasMatrixUnit = instructions & 0x3e7 == 0x3e7
  }

  func multiply(
    rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
    bIsTransposed: Bool, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    multiply(
      by: floatGEMM, rows: rows, columns: columns, depth: depth, a: a, aStride: aStride, b: b,
      bIsTransposed: bIsTransposed, into: c, stride: stride)
  }

  /// GEMM of bfloat16 numbers, accumulated in float32.
  func multiply(
    rows: Int, columns: Int, depth: Int, a: UnsafePointer<UInt16>, aStride: Int, b: UnsafePointer<UInt16>,
    bIsTransposed: Bool, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    multiply(
      by: bfloat16GEMM, rows: rows, columns: columns, depth: depth, a: a, aStride: aStride, b: b,
      bIsTransposed: bIsTransposed, into: c, stride: stride)
  }

  private func multiply(
    by product: Product, rows: Int, columns: Int, depth: Int, a: UnsafeRawPointer, aStride: Int,
    b: UnsafeRawPointer, bIsTransposed: Bool, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    setThreads?(1)
    let status = product(
      Self.plain, bIsTransposed ? Self.transposed : Self.plain, rows, columns, depth, 1, a, aStride, b,
      bIsTransposed ? depth : columns, 0, c, stride)
    // Treated like a failed allocation: there is no result to continue with.
    precondition(status == 0, "\(description) could not multiply (status \(status)); it may need more memory")
  }

  private static let plain = CChar(UInt8(ascii: "N"))
  private static let transposed = CChar(UInt8(ascii: "T"))
}
