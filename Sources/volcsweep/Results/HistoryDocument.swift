import Foundation
import Interferometry
import Ledger
import Names

/// An interferogram's history as JSON. Times are RFC 3339 in UTC.
struct HistoryDocument: Encodable {
  struct Machine: Encodable {
    let name: String
    let processor: String?
    let blasKernel: String?
    let planHash: String?

    init(_ worker: KnownWorker) {
      name = worker.name
      processor = worker.kind?.processor
      blasKernel = worker.kind?.blasKernel
      planHash = worker.kind?.planHash
    }
  }

  struct Unit: Encodable {
    let unit: UInt64
    let interferograms: Int
    let blame: Int
    let splitInto: [UInt64]
  }

  struct Step: Encodable {
    let time: String
    let coordinator: Int
    let unit: UInt64
    let attempt: Int
    let from: String
    let to: String
    let stimulus: String
    let detail: String
    let worker: Machine?
  }

  struct Coordinator: Encodable {
    let coordinator: Int
    let host: String
    let pid: Int
    let started: String
    let ended: String?
  }

  struct Ending: Encodable {
    var outcome: String
    var reason: String?
    var maximumProbability: Decimal?
    var coordinator: Int?
    var unit: UInt64?
    var attempt: Int?
    var worker: Machine?
    var time: String?
    var durationSeconds: Double?
  }

  struct Difference: Encodable {
    let time: String
    let detail: String
    let worker: Machine?
  }

  let interferogram: String
  let number: Int
  let stack: String
  let units: [Unit]
  let coordinators: [Coordinator]
  let steps: [Step]
  let ending: Ending
  let differences: [Difference]
  let withdrawals: [Withdrawal]

  /// A withdrawn outcome.
  struct Withdrawal: Encodable {
    let time: String
    let cause: String
    let was: Ending
  }

  init(_ history: InterferogramHistory) {
    interferogram = history.id.description
    number = history.number
    stack = history.file
    units = history.units.map {
      Unit(unit: $0.id, interferograms: $0.interferograms, blame: $0.blame, splitInto: $0.children)
    }
    coordinators = history.epochs.map {
      Coordinator(coordinator: $0.number, host: $0.host, pid: $0.pid, started: $0.started, ended: $0.ended)
    }
    steps = history.steps.map {
      Step(
        time: Timestamp.text($0.time), coordinator: $0.epoch, unit: $0.unit, attempt: $0.attempt, from: $0.from,
        to: $0.to,
        stimulus: $0.stimulus, detail: $0.detail, worker: $0.worker.map { Machine($0) })
    }
    ending = Ending(history.outcome, history.execution)
    differences = history.differences.map {
      Difference(time: Timestamp.text($0.time), detail: $0.detail, worker: $0.second.map { Machine($0) })
    }
    withdrawals = history.withdrawals.map {
      Withdrawal(time: Timestamp.text($0.time), cause: $0.cause, was: Ending($0.outcome, nil))
    }
  }

  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return VisibleText.json(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}

extension HistoryDocument.Ending {
  init(_ outcome: Outcome?, _ execution: InterferogramHistory.Execution?) {
    switch outcome {
    case .scored(let result):
      self.init(outcome: "scored")
      maximumProbability = Decimal(string: "\(result.maximumProbability)")
    case .rejected(let reason): self.init(outcome: "rejected", reason: reason)
    case .unreadable(let reason): self.init(outcome: "unreadable", reason: reason)
    case .quarantined(let reason): self.init(outcome: "quarantined", reason: reason)
    case nil: self.init(outcome: "open")
    }
    guard let execution else { return }
    coordinator = execution.epoch
    unit = execution.unit
    attempt = execution.attempt
    worker = execution.worker.map { HistoryDocument.Machine($0) }
    time = Timestamp.text(execution.recorded)
    durationSeconds = (Double(execution.seconds.total) * 1e6).rounded() / 1e6
  }
}
