import CBLAS
import Synchronization

/// The only BLAS routine that this engine uses: GEMM.
enum BLAS {
  /// Debian's single-threaded OpenBLAS takes its work memory without a lock: two threads that multiply at the
  /// same time may get the same memory, and wrong results. With one process per core the lock costs nothing.
  private static let turn = Mutex(())

  /// Row-major C (rows × columns) = A (rows × depth) · B, with `stride` and `aStride` floats from one row of
  /// C and A to the next. B is depth × columns, or stored transposed as columns × depth.
  static func multiply(
    rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
    bIsTransposed: Bool, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    turn.withLock { _ in
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, bIsTransposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns),
        Int32(depth), 1, a, Int32(aStride), b, Int32(bIsTransposed ? depth : columns), 0, c, Int32(stride))
    }
  }

  /// Limits the BLAS to one thread in this process: with several, the division of a product depends on the
  /// machine, and so would its bits.
  static func useOneThread() { turn.withLock { _ in openblas_set_num_threads(1) } }
}
