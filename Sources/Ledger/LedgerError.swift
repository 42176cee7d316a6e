/// What stands between a sweep and its ledger.
public enum LedgerError: Error, CustomStringConvertible {
  case notALedger(path: String, detail: String)
  case newerSchema(path: String)
  case notDurable(path: String, detail: String)
  case otherSweep(path: String, differences: [String])
  case superseded(path: String, ownEpoch: Int, epoch: Int)
  case damagedRow(path: String, detail: String)

  public var description: String {
    switch self {
    case .notALedger(let path, let detail):
      "\(path) cannot be opened as a sweep's ledger: \(detail); name another run folder or restore the file"
    case .newerSchema(let path):
      "\(path) was written by a newer volcsweep; continue the sweep with that one"
    case .notDurable(let path, let detail):
      "\(path): \(detail); results could be lost with the power. Put the run folder on a local disk"
    case .otherSweep(let path, let differences):
      "\(path) belongs to another sweep (\(differences.joined(separator: "; "))); name another run folder in the "
        + "job, or restore what changed"
    case .superseded(let path, let ownEpoch, let epoch):
      "\(path): coordinator \(epoch) has taken over from this one (\(ownEpoch)); nothing more is written here"
    case .damagedRow(let path, let detail):
      "\(path) is damaged: \(detail); restore it from a copy, or sweep into another run folder"
    }
  }
}
