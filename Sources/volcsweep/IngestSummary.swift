import Ingestion

/// An ingest's report in words.
enum IngestSummary {
  static func text(_ report: IngestReport) -> String {
    var lines: [String] = []
    for stack in report.stacks {
      var line = "\(stack.file): \(stack.added) added, \(stack.alreadyThere) already there, \(stack.total) in all"
      if stack.addedWithoutData > 0 { line += " (\(stack.addedWithoutData) of the added have no valid pixel here)" }
      lines.append(line)
    }
    for skipped in report.skipped {
      lines.append("skipped: \(skipped.volcano) in frame \(skipped.frame): \(skipped.reason)")
    }
    for rejected in report.rejected { lines.append("rejected: \(rejected.file): \(rejected.reason)") }
    for note in report.notes { lines.append("note: \(note)") }
    let stacks = report.stacks.filter { $0.added > 0 }.count
    var total =
      report.added == 0
      ? "nothing new" : "\(report.added) interferograms added to \(stacks) \(stacks == 1 ? "stack" : "stacks")"
    total += ", \(report.alreadyThere) already there, \(report.rejected.count) files rejected"
    if report.isInterrupted { total += "; interrupted, the same command continues" }
    lines.append(total)
    return lines.joined(separator: "\n")
  }
}
