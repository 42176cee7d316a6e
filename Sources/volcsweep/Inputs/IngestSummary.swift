import Ingestion

/// Formats an ingest's report.
enum IngestSummary {
  static func text(_ report: IngestReport) -> String {
    var lines: [String] = []
    for stack in report.stacks {
      var line = "\(stack.file): \(stack.added) added, \(stack.alreadyThere) already there, \(stack.total) in all"
      if stack.addedWithoutData > 0 {
        line += " (\(stack.addedWithoutData) of the added ones have no valid pixel in this crop)"
      }
      if stack.completed > 0 { line += "; coherence added to \(stack.completed)" }
      if stack.baselinesAdded > 0 { line += "; baselines added to \(stack.baselinesAdded)" }
      if stack.replaced > 0 { line += "; \(stack.replaced) replaced" }
      lines.append(line)
      if !stack.changed.isEmpty {
        let shown = stack.changed.prefix(20).joined(separator: ", ")
        let more = stack.changed.count > 20 ? " and \(stack.changed.count - 20) more" : ""
        lines.append(
          "changed: \(stack.file): the pixels of \(shown)\(more) differ from the stack, which keeps the old ones; "
            + "run the command again with --replace-changed to take the new ones")
      }
    }
    for skipped in report.skipped {
      lines.append("skipped: \(skipped.volcano) in frame \(skipped.frame): \(skipped.reason)")
    }
    for rejected in report.rejected { lines.append("rejected: \(rejected.file): \(rejected.reason)") }
    for note in report.notes { lines.append("note: \(note)") }
    let stacks = report.stacks.filter { $0.added > 0 }.count
    var total = "\(report.added) interferograms added to \(stacks) \(stacks == 1 ? "stack" : "stacks")"
    if report.added == 0 {
      total = report.completed + report.replaced > 0 ? "no interferogram added" : "nothing new"
    }
    if report.completed > 0 { total += ", \(report.completed) completed" }
    if report.replaced > 0 { total += ", \(report.replaced) replaced" }
    if report.changed > 0 { total += ", \(report.changed) changed but not replaced" }
    total += ", \(report.alreadyThere) already there, \(report.rejected.count) files rejected"
    if report.isInterrupted { total += "; interrupted, run the same command again to continue" }
    lines.append(total)
    return lines.joined(separator: "\n")
  }
}
