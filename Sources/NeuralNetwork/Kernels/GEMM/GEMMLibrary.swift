/// GEMM of floats by one library, on the calling thread.
protocol GEMMLibrary: Sendable {
  var library: MatrixLibrary { get }

  /// Row-major C (rows × columns) = A (rows × depth) · B, with `stride` and `aStride` floats from one row of
  /// C and A to the next. B is depth × columns, or stored transposed as columns × depth.
  func multiply(
    rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
    bIsTransposed: Bool, into c: UnsafeMutablePointer<Float>, stride: Int)
}

/// The library that multiplies matrices for a plan.
public enum MatrixLibrary: String, Codable, CaseIterable, Sendable {
  /// The CBLAS that the program is linked with; available everywhere.
  case cblas
  /// oneDNN, if version 2 is installed.
  case oneDNN

  /// The libraries that this process can use.
  public static var installed: Set<MatrixLibrary> { Set(allCases.filter { $0.gemm != nil }) }

  var gemm: (any GEMMLibrary)? {
    switch self {
    case .cblas: CBLASLibrary()
    case .oneDNN: OneDNN.installed
    }
  }
}

/// GEMM by the linked CBLAS.
struct CBLASLibrary: GEMMLibrary {
  var library: MatrixLibrary { .cblas }

  func multiply(
    rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
    bIsTransposed: Bool, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    BLAS.multiply(
      rows: rows, columns: columns, depth: depth, a: a, aStride: aStride, b: b, bIsTransposed: bIsTransposed,
      into: c,
      stride: stride)
  }
}
