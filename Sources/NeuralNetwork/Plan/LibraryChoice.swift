/// The matrix library that a sweep's workers use.
public enum LibraryChoice: String, Codable, CaseIterable, Sendable {
  /// The CBLAS that the program is linked with; available everywhere.
  case cblas
  /// oneDNN.
  case oneDNN = "onednn"
  /// The installed one that autotuning finds fastest for the network.
  case fastest

  /// The libraries that a plan may use.
  public var libraries: Set<MatrixLibrary> {
    switch self {
    case .cblas: [.cblas]
    case .oneDNN: [.oneDNN]
    case .fastest: MatrixLibrary.installed
    }
  }

  /// Why this process cannot use it; `nil` if it can.
  public var obstacle: String? {
    guard libraries.isDisjoint(with: MatrixLibrary.installed) else { return nil }
    return
      "the sweep uses oneDNN, which is not installed (libdnnl.so.2, in Debian the package libdnnl2); "
      + "install it, or set library: cblas or fastest"
  }
}
