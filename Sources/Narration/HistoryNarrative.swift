import Foundation
import Interferometry
import Ledger
import Names

/// Renders a history as text, one fact per line. Times are UTC.
public struct HistoryNarrative: Sendable {
  /// Heading first, then events in order of time.
  public let lines: [String]

  /// - Parameter history: the history of one interferogram.
  public init(_ history: InterferogramHistory) {
    var lines = ["\(history.id) (interferogram \(history.number), stack \(history.file))", ""]
    lines.append(Self.indent + Self.planned(history))
    var untouched: [InterferogramHistory.Epoch] = []
    for epoch in history.relevantEpochs {
      let steps = history.relevantSteps.filter { $0.epoch == epoch.number }
      guard !steps.isEmpty || history.execution?.epoch == epoch.number else {
        untouched.append(epoch)
        continue
      }
      lines += Self.passed(untouched)
      untouched = []
      lines.append(
        "\(Self.time(epoch.started))  coordinator \(epoch.number) started (process \(epoch.pid) on \(epoch.host))")
      lines += steps.map { "\(Self.time($0.time))  \(Self.told($0, history))" }
      if epoch.number != history.execution?.epoch, let end = Self.end(of: epoch, history) { lines.append(end) }
    }
    lines += Self.passed(untouched)
    lines += Self.outcome(history)
    for line in history.differences.map(Self.difference) + history.inputChanges.map(Self.changed)
      + history.withdrawals.map(Self.withdrawal)
    {
      Self.insert(line, into: &lines)
    }
    lines += history.earlier.map(Self.earlier)
    self.lines = lines.map { VisibleText.line($0, limit: 4000) }
  }

  /// Inserts a line that starts with its time before the first line with a later time, below the heading.
  private static func insert(_ line: String, into lines: inout [String]) {
    let stamp = line.prefix(23)
    let later = lines.indices.dropFirst(2).first {
      lines[$0].first?.isNumber == true && lines[$0].prefix(23) > stamp
    }
    lines.insert(line, at: later ?? lines.endIndex)
  }

  private static func difference(_ difference: KnownDifference) -> String {
    let second = difference.second?.inWords ?? "a worker"
    return
      "\(time(difference.time))  a later result from \(second) differs and was dropped: \(difference.detail); "
      + "one of the two machines may be faulty"
  }

  private static func earlier(_ earlier: InterferogramHistory.Earlier) -> String {
    "\(indent)scoring \(earlier.scoring), by model \(earlier.model) (\(earlier.modelSHA256.prefix(12))), ended with: "
      + result(earlier.outcome, nil)
  }

  private static func withdrawal(_ withdrawal: KnownWithdrawal) -> String {
    let was =
      switch withdrawal.outcome {
      case .scored: result(withdrawal.outcome, nil)
      case .rejected: "rejected: " + result(withdrawal.outcome, nil)
      case .unreadable: "unreadable: " + result(withdrawal.outcome, nil)
      case .quarantined: "quarantined: " + result(withdrawal.outcome, nil)
      }
    let worker = withdrawal.worker.map { " by \($0.name)" } ?? ""
    return
      "\(time(withdrawal.time))  an earlier outcome was withdrawn (\(withdrawal.cause)); it was: \(was)\(worker)"
  }

  private static func planned(_ history: InterferogramHistory) -> String {
    guard let unit = history.units.first else {
      return "planned by an older volcsweep, or not yet assigned to a unit"
    }
    let others = unit.interferograms - 1
    return "planned in unit \(unit.id) "
      + (others == 0 ? "alone" : "with \(others) \(others == 1 ? "other" : "others")")
  }

  /// Summary of coordinators under which nothing happened to the interferogram.
  private static func passed(_ epochs: [InterferogramHistory.Epoch]) -> [String] {
    guard let first = epochs.first, let last = epochs.last else { return [] }
    guard first != last else {
      return ["\(time(first.started))  coordinator \(first.number) started; nothing happened to this interferogram"]
    }
    return [
      "\(time(first.started))  coordinators \(first.number) to \(last.number) started; nothing happened to this interferogram"
    ]
  }

  private static func end(of epoch: InterferogramHistory.Epoch, _ history: InterferogramHistory) -> String? {
    if let ended = epoch.ended { return "\(time(ended))  coordinator \(epoch.number) ended normally" }
    guard epoch.number != history.epochs.last?.number else { return nil }
    return "\(indent)coordinator \(epoch.number) did not end normally; "
      + "the units of its workers waited for the next coordinator"
  }

  private static func outcome(_ history: InterferogramHistory) -> [String] {
    guard let outcome = history.outcome else { return [indent + "not done yet: \(standing(history))"] }
    guard let execution = history.execution else { return [indent + result(outcome, nil)] }
    let time = time(execution.recorded)
    let unit = execution.unit == 0 ? "" : ", in unit \(execution.unit), attempt \(execution.attempt)"
    let worker = execution.worker.map { " by \($0.inWords)" } ?? ""
    switch outcome {
    case .scored: return ["\(time)  \(result(outcome, execution))\(worker)\(unit); written and acknowledged"]
    case .rejected: return ["\(time)  rejected\(worker)\(unit): \(result(outcome, execution))"]
    case .quarantined: return ["\(time)  quarantined: \(result(outcome, execution))"]
    case .unreadable:
      return [
        "\(time)  marked as unreadable\(unit): \(result(outcome, execution)); run the same command again to retry"
      ]
    }
  }

  private static func result(_ outcome: Outcome, _ execution: InterferogramHistory.Execution?) -> String {
    switch outcome {
    case .rejected(let reason), .unreadable(let reason), .quarantined(let reason): return reason
    case .scored(let result):
      let probability = String(format: "scored %.4g", Double(result.maximumProbability))
      guard let seconds = execution?.seconds, seconds.total > 0 else { return probability }
      return probability + String(format: " in %.1f ms", seconds.total * 1000)
    }
  }

  private static func changed(_ change: InputChange) -> String {
    let words =
      switch change.kind {
      case .pixels: "its pixels have changed; it is scored again"
      case .dropped: "its stack's dropIfgram excludes it; removed from the plan"
      case .gone: "its stack no longer contains it; removed from the plan"
      case .returned: "it is in its stack again; it is scored again"
      case .file: "its stack's file changed; it is tried again"
      case .copy: "its stack is a copy of another one or has the same name; removed from the plan"
      }
    return "\(time(change.time))  input changed: \(words)" + (change.before.map { " (before: \($0))" } ?? "")
  }

  private static func standing(_ history: InterferogramHistory) -> String {
    if let last = history.inputChanges.last, last.kind.leavesPlan { return "it is no longer in the plan" }
    guard let last = history.steps.last, let unit = history.units.last else {
      return "no worker has received it yet"
    }
    guard last.to == "leased", last.unit == unit.id, last.epoch == history.epochs.last?.number,
      history.epochs.last?.ended == nil, let worker = last.worker
    else { return "unit \(unit.id) waits for a worker" }
    return "unit \(unit.id) is leased to \(worker.name)"
  }

  static let indent = String(repeating: " ", count: 25)

  static func time(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds.quotientAndFloor.seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return String(
      format: "%04d-%02d-%02d %02d:%02d:%02d.%03d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
      parts.tm_hour, parts.tm_min, parts.tm_sec, Int(milliseconds.quotientAndFloor.milliseconds))
  }

  /// An epoch's start or end time, to the second, padded to the width of other times.
  static func time(_ iso: String) -> String {
    let plain = iso.replacing("T", with: " ").replacing("Z", with: "")
    return plain.padding(toLength: 23, withPad: " ", startingAt: 0)
  }
}

extension Int64 {
  /// Milliseconds split into whole seconds and a non-negative rest.
  fileprivate var quotientAndFloor: (seconds: Int64, milliseconds: Int64) {
    let (quotient, rest) = quotientAndRemainder(dividingBy: 1000)
    return rest < 0 ? (quotient - 1, rest + 1000) : (quotient, rest)
  }
}

extension InterferogramHistory {
  /// The state changes that led to the outcome; all if there is none yet.
  var relevantSteps: [Step] {
    guard let execution else { return steps }
    return steps.filter { step in
      step.epoch < execution.epoch || step.epoch == execution.epoch && step.time <= execution.recorded
    }
  }

  /// The epochs up to the one that recorded the outcome.
  var relevantEpochs: [Epoch] {
    guard let execution else { return epochs }
    return epochs.filter { $0.number <= execution.epoch }
  }
}
