import CBLAS
import Foundation
import NeuralNetwork
import Synchronization

/// A separate copy of the process's BLAS with its own memory, for one thread.
///
/// Debian's single-threaded OpenBLAS takes its work memory without a lock, so two threads must not multiply by one
/// copy at once. Training shares each step among threads, so each gets the library loaded once more: under
/// another file, whose calls to itself stay inside it. OpenBLAS's build with pthreads could multiply on several
/// threads at once, but it is another binary: its sums would have to be shown to be the same with each kernel, and
/// OpenBLAS's build is part of what plans are made for (``Plan``), so those that exist would no longer fit.
final class PrivateBLAS: Sendable {
  private typealias Product =
    @convention(c) (
      UInt32, UInt32, UInt32, Int32, Int32, Int32, Float, UnsafePointer<Float>?, Int32, UnsafePointer<Float>?,
      Int32,
      Float, UnsafeMutablePointer<Float>?, Int32
    ) -> Void

  private let product: Product

  /// C (rows × columns) = A · B, added to the content of C if `adds`; A is rows × depth and B depth × columns,
  /// or stored transposed. `aStride`, `bStride` and `cStride` are floats from one stored row to the next.
  func multiply(
    rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, aIsTransposed: Bool = false,
    b: UnsafePointer<Float>, bStride: Int, bIsTransposed: Bool = false, into c: UnsafeMutablePointer<Float>,
    cStride: Int, adds: Bool = false
  ) {
    product(
      CblasRowMajor.rawValue, (aIsTransposed ? CblasTrans : CblasNoTrans).rawValue,
      (bIsTransposed ? CblasTrans : CblasNoTrans).rawValue, Int32(rows), Int32(columns), Int32(depth), 1, a,
      Int32(aStride), b, Int32(bStride), adds ? 1 : 0, c, Int32(cStride))
  }

  private init(product: @escaping Product) { self.product = product }

  /// Unused copies: loading one takes some hundredths of a second, and none is ever unloaded.
  private static let idle = Mutex<[PrivateBLAS]>([])

  /// Takes a copy for one thread, until it is returned.
  ///
  /// - Throws: ``TrainingSetupError/noPrivateBLAS(reason:)``.
  static func take() throws -> PrivateBLAS {
    if let copy = idle.withLock({ $0.popLast() }) { return copy }
    return try load()
  }

  static func giveBack(_ copies: [PrivateBLAS]) { idle.withLock { $0 += copies } }

  /// MFD_CLOEXEC
  private static let closesOnExec: UInt32 = 1

  private static func load() throws -> PrivateBLAS {
    guard let symbol = dlsym(nil, "cblas_sgemm"), let path = file(mappedAt: UInt(bitPattern: symbol)) else {
      throw TrainingSetupError.noPrivateBLAS(reason: "the file that cblas_sgemm comes from is not known")
    }
    let source = open(path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw failure("opening \(path)") }
    defer { close(source) }
    // An anonymous file leaves nothing on disk. It stays open for ever, because the loader identifies libraries
    // by file name and would take a later file with the same name for this one.
    let copy = memfd_create("volcsweep-blas", closesOnExec)
    guard copy >= 0 else { throw failure("memfd_create") }
    while true {
      let moved = sendfile(copy, source, nil, 1 << 30)
      if moved == 0 { break }
      guard moved > 0 || errno == EINTR else { throw failure("copying \(path)") }
    }
    guard let handle = dlopen("/proc/self/fd/\(copy)", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND),
      let found = dlsym(handle, "cblas_sgemm"), found != symbol, isOwn(found)
    else {
      throw TrainingSetupError.noPrivateBLAS(
        reason: dlerror().map { String(cString: $0) } ?? "the loader gave the same library again")
    }
    if let threads = dlsym(handle, "openblas_set_num_threads") {
      unsafeBitCast(threads, to: (@convention(c) (Int32) -> Void).self)(1)
    }
    // The copy detects the processor and reads the environment again, and sums differ between kernels.
    if let name = dlsym(handle, "openblas_get_corename") {
      let kernel = String(cString: unsafeBitCast(name, to: (@convention(c) () -> UnsafePointer<CChar>).self)())
      guard kernel == BLASEnvironment.kernelName else {
        throw TrainingSetupError.noPrivateBLAS(
          reason: "it took the kernel \(kernel) and not \(BLASEnvironment.kernelName): OPENBLAS_CORETYPE changed")
      }
    }
    return PrivateBLAS(product: unsafeBitCast(found, to: Product.self))
  }

  /// The file mapped at an address, from the kernel's list of this process's mappings.
  private static func file(mappedAt address: UInt) -> String? {
    for line in mappings().split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard fields.count == 6, ends.count == 2, (ends[0]..<ends[1]).contains(address) else { continue }
      return String(trimmingSpaces: fields[5])
    }
    return nil
  }

  /// The kernel returns the list in pieces.
  private static func mappings() -> String {
    let descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &piece, piece.count)
      guard count > 0 else { break }
      text += piece[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether no other copy uses the code at this address.
  private static func isOwn(_ symbol: UnsafeMutableRawPointer) -> Bool {
    loaded.withLock { $0.insert(UInt(bitPattern: symbol)).inserted }
  }

  private static let loaded = Mutex<Set<UInt>>([])

  private static func failure(_ what: String) -> TrainingSetupError {
    .noPrivateBLAS(reason: "\(what): \(String(cString: strerror(errno)))")
  }
}
