import Ledger

extension HistoryNarrative {
  /// A unit's state change as text.
  static func told(_ step: InterferogramHistory.Step, _ history: InterferogramHistory) -> String {
    let told = cause(step) + (step.detail.isEmpty ? "" : ": \(step.detail)")
    switch (step.from, step.to) {
    case ("leased", "waiting"): return "\(told); the unit waited for another worker"
    case (_, "split"): return "\(told); \(split(step.unit, history))"
    case (_, "unreadable"): return "\(told); no worker could read it, so it was marked as unreadable"
    case (_, "quarantined"): return "\(told); it was the only interferogram of its unit, so it was quarantined"
    default: return told
    }
  }

  private static func cause(_ step: InterferogramHistory.Step) -> String {
    let worker = step.worker?.name ?? "a worker"
    let held = "unit \(step.unit), attempt \(step.attempt)"
    switch step.stimulus {
    case "room": return "unit \(step.unit) leased to \(step.worker?.inWords ?? worker) as attempt \(step.attempt)"
    case "copy":
      return
        "unit \(step.unit) leased again as attempt \(step.attempt), to \(step.worker?.inWords ?? worker), "
        + "which was idle"
    case "result": return "\(worker) returned all of \(held)"
    case "part": return "\(worker) was stopped and returned a part of \(held)"
    case "overtaken":
      return "another worker returned unit \(step.unit) first; \(worker) (attempt \(step.attempt)) was cancelled"
    case "lost": return "\(worker) was lost while it held \(held)"
    case "silent": return "\(worker) fell silent while it held \(held)"
    case "stalled": return "\(worker) made no progress with \(held)"
    case "overdue": return "\(worker) exceeded the lease time with \(held)"
    case "expired": return "\(worker) stopped reporting \(held) in its heartbeats"
    case "resumed": return "\(worker) reconnected and continued \(held)"
    case "probe": return "\(worker) was given \(held) again, to test whether it can compute"
    case "check": return "\(worker) was given \(held) again, to check another worker's result"
    case "retry":
      return
        "unit \(step.unit) leased to \(step.worker?.inWords ?? worker) as attempt \(step.attempt), because another "
        + "try could not read it"
    case "unreadable": return "\(worker) could not read the open interferograms of \(held)"
    case "aside": return "\(worker) was suspended because it could not read the archive, and returned \(held)"
    case "left": return "\(worker) left and returned \(held)"
    case "invalid": return "\(worker) sent an invalid result for \(held)"
    default: return "unit \(step.unit) went from \(step.from) to \(step.to) (\(step.stimulus), \(worker))"
    }
  }

  private static func split(_ unit: UInt64, _ history: InterferogramHistory) -> String {
    guard let index = history.units.firstIndex(where: { $0.id == unit }) else { return "the unit was split" }
    let children = history.units[index].children
    guard !children.isEmpty else { return "the unit was split" }
    let names = children.map(String.init).joined(separator: " and ")
    guard index + 1 < history.units.count else { return "the unit was split into \(names)" }
    let next = history.units[index + 1]
    let others = next.interferograms - 1
    return "the unit was split into \(names), and this interferogram continued in \(next.id), "
      + (others == 0 ? "alone" : "with \(others) \(others == 1 ? "other" : "others")")
  }
}
