/// Which library a sweep's workers are to multiply with.
public enum LibraryChoice: String, Codable, CaseIterable, Sendable {
  /// The CBLAS that the program is linked with, which is everywhere.
  case cblas
  /// oneDNN.
  case oneDNN = "onednn"
  /// Whichever of those that are installed the timed trial finds faster for the network.
  case fastest

  /// Those that a plan may take.
  public var libraries: Set<ProductLibrary> {
    switch self {
    case .cblas: [.cblas]
    case .oneDNN: [.oneDNN]
    case .fastest: ProductLibrary.installed
    }
  }

  /// Why this process cannot compute so; `nil` where it can.
  public var obstacle: String? {
    guard libraries.isDisjoint(with: ProductLibrary.installed) else { return nil }
    return
      "the sweep uses oneDNN, which is not installed (libdnnl.so.2, in Debian the package libdnnl2); "
      + "install it, or choose library: cblas or fastest"
  }
}
