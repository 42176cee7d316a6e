/// Why a sweep's results cannot be reduced.
public enum ReductionError: Error, Hashable, Sendable, CustomStringConvertible {
  case noSweep(path: String)
  case patchesDoNotFit(interferogram: String, detail: String)

  public var description: String {
    switch self {
    case .noSweep(let path):
      "\(path) holds no sweep yet: its ledger does not say with which method; run volcsweep sweep first"
    case .patchesDoNotFit(let interferogram, let detail):
      "\(interferogram): \(detail); the ledger was made with another method or is damaged"
    }
  }
}
