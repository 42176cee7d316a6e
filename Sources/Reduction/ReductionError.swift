/// Why a sweep's results cannot be reduced.
public enum ReductionError: Error, Hashable, Sendable, CustomStringConvertible {
  case noSweep(path: String)
  case patchesDoNotFit(interferogram: String, detail: String)
  /// Another reduction has been writing the results for longer than the timeout.
  case busy(folder: String, holder: String)

  public var description: String {
    switch self {
    case .noSweep(let path):
      "\(path) contains no sweep yet: its ledger has no method; run volcsweep sweep first"
    case .busy(let folder, let holder):
      "\(folder) has been written by another reduction (\(holder)) for \(Int(ResultsFolder.timeoutSeconds)) s; wait until "
        + "that ends, or end it, and run the same command again"
    case .patchesDoNotFit(let interferogram, let detail):
      "\(interferogram): \(detail); the ledger was made with another method or is damaged"
    }
  }
}
