import Foundation
import Messaging

import struct Scheduling.Lease

@testable import Work

/// A worker's talk with a coordinator over a network that the test plays, message by message.
struct Talk {
  var machine: WorkerMachine
  var now = 0.0

  init(limits: WorkerLimits = WorkerLimits()) {
    machine = WorkerMachine(introduction: Volcsweep_Hello(), limits: limits, at: 0)
  }

  @discardableResult mutating func step(_ input: WorkerMachine.Input, after seconds: Double = 0)
    -> [WorkerMachine.Instruction]
  {
    now += seconds
    return machine.handle(input, at: now)
  }

  mutating func hear(_ body: Volcsweep_ToWorker.OneOf_Body) -> [WorkerMachine.Instruction] {
    step(.message(Volcsweep_ToWorker(body)))
  }

  /// Brings it to the point where it takes units.
  mutating func begin(epoch: UInt64 = 1, sweep: String = "a") {
    step(.tick(ComputeStatus()))
    _ = hear(.welcome(Self.welcome(epoch: epoch, sweep: sweep)))
    step(.loaded(planHash: "plan", plan: "a plan"))
  }

  static func welcome(epoch: UInt64, sweep: String = "a", proof: String = "") -> Volcsweep_Welcome {
    var welcome = Volcsweep_Welcome()
    welcome.proofStack = proof
    welcome.sweepID = sweep
    welcome.epoch = epoch
    welcome.archive = "/archive"
    welcome.profile =
      #"{"gate":{"data":{"closingRadius":5,"minimumDataShare":0.25,"minimumNonZeroShare":0.5}},"#
      + #""merge":"reference","name":"biggs2022","patchSize":227,"stride":56}"#
    welcome.batchSize = 4
    welcome.heartbeatSeconds = 1
    welcome.stallSeconds = 20
    return welcome
  }

  static func lease(_ unit: UInt64, epoch: Int = 1, attempt: Int = 1) -> Lease {
    Lease(epoch: epoch, unit: unit, attempt: attempt)
  }

  static func assignment(_ lease: Lease) -> Volcsweep_Assignment {
    var assignment = Volcsweep_Assignment()
    assignment.lease = lease
    return assignment
  }

  static func result(_ lease: Lease) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = lease
    return result
  }
}

extension [WorkerMachine.Instruction] {
  var sent: [Volcsweep_ToCoordinator.OneOf_Body] {
    compactMap {
      guard case .send(let message) = $0 else { return nil }
      return message.body
    }
  }

  var results: [Lease] {
    sent.compactMap {
      guard case .result(let result) = $0 else { return nil }
      return result.lease
    }
  }

  var hellos: [Volcsweep_Hello] {
    sent.compactMap {
      guard case .hello(let hello) = $0 else { return nil }
      return hello
    }
  }

  var heartbeats: [Volcsweep_Heartbeat] {
    sent.compactMap {
      guard case .heartbeat(let beat) = $0 else { return nil }
      return beat
    }
  }

  var begins: [SweepTerms] {
    compactMap {
      guard case .begin(let terms) = $0 else { return nil }
      return terms
    }
  }

  var plansSaid: [String] {
    sent.compactMap {
      guard case .ready(let ready) = $0 else { return nil }
      return ready.plan
    }
  }

  var proofs: [String] {
    compactMap { if case .prove(let stack) = $0 { stack } else { nil } }
  }

  var identities: [Data] {
    sent.compactMap { if case .ready(let ready) = $0 { ready.archiveIdentity } else { nil } }
  }

  var isReadySaid: Bool {
    sent.contains {
      guard case .ready = $0 else { return false }
      return true
    }
  }

  var computed: [Lease] {
    compactMap {
      guard case .compute(let assignment) = $0 else { return nil }
      return assignment.lease
    }
  }

  var cancelled: [Lease] {
    compactMap {
      guard case .cancel(let lease) = $0 else { return nil }
      return lease
    }
  }

  var goodbyes: [String] {
    sent.compactMap {
      guard case .goodbye(let goodbye) = $0 else { return nil }
      return goodbye.reason
    }
  }

  var ending: WorkerEnding? {
    for case .end(let ending) in self { return ending }
    return nil
  }
}
