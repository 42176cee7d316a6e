import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import Messaging
import Scheduling
import SweepHost
import SweepRecords

@testable import Coordination

/// A coordinator's machine on a real ledger, its workers' messages played by the test.
struct Stage {
  let folder: URL
  let ledger: Ledger
  var machine: CoordinatorMachine
  var now = Instant(nanoseconds: 0)
  var kinds: [Int: MachineKind] = [:]

  /// A sweep of `count` interferograms of one stack of 3 × 3 patches, in units of `unitSize`.
  /// Workers prove that they see the archive by one of `proofs`.
  init(
    count: Int, unitSize: Int = 2, limits: SchedulingLimits = SchedulingLimits(), proofs: [String: Data] = [:]
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "machine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let profile = MethodProfile.biggs2022
    try ledger.bind(to: SweepIdentity(model: "test", modelSHA256: "0", profile: "biggs2022", patchSize: 227))
    let stack = PlannedStack(
      file: "a.h5", volcano: "a", volcanoName: "A", frame: "f", grid: Grid(height: 300, width: 300),
      geoTransform: GeoTransform(west: 0, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
    let pairs = (0..<count).compactMap {
      DatePair("20200101_2020\(String(format: "%02d%02d", 2 + $0 / 28, 1 + $0 % 28))")
    }
    _ = try ledger.plan(stack, pairs: pairs)
    try ledger.planUnits(size: unitSize)
    machine = try Self.machine(ledger, PatchRule(profile: profile, patchSize: 227), limits, proofs)
  }

  private static func machine(
    _ ledger: Ledger, _ rule: PatchRule, _ limits: SchedulingLimits, _ proofs: [String: Data]
  ) throws -> CoordinatorMachine {
    var settings = CoordinatorSettings(
      archive: "/archive", modelPath: "", modelSHA256: "", profile: "", batchSize: 1)
    settings.limits = limits
    settings.proofStacks = proofs
    return CoordinatorMachine(
      settings: settings, epoch: try ledger.beginEpoch(host: "test", pid: 1),
      plan: try SweepPlan(ledger, rule: rule), counts: try ledger.counts())
  }

  /// Another coordinator on the same ledger, with this one's batches lost.
  mutating func restart() throws {
    machine = try Self.machine(
      ledger, PatchRule(profile: .biggs2022, patchSize: 227), machine.settings.limits,
      machine.settings.proofStacks)
    kinds = [:]
  }

  @discardableResult mutating func step(_ input: CoordinatorMachine.Input, after seconds: Double = 0)
    -> [CoordinatorMachine.Instruction]
  {
    now = now.advanced(bySeconds: seconds)
    return machine.handle(input, at: now, time: 0)
  }

  mutating func hear(
    _ body: Volcsweep_ToCoordinator.OneOf_Body, from name: String, socket: Int = 0
  ) -> [CoordinatorMachine.Instruction] {
    step(.message(Volcsweep_ToCoordinator(body), from: PeerID(socket: socket, identity: Array(name.utf8))))
  }

  /// Has a worker introduce itself and take units. One from elsewhere, on socket 1, has its key before an `@` in its host's
  /// name.
  mutating func join(
    _ name: String, host: String? = nil, pid: Int32 = 0, kernel: String = "Haswell", socket: Int = 0
  ) -> [Volcsweep_Assignment] {
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion
    hello.host = host ?? name
    hello.pid = pid
    hello.blasKernel = kernel
    _ = hear(.hello(hello), from: name, socket: socket)
    return hear(.ready(Volcsweep_Ready()), from: name, socket: socket).assignments
  }

  mutating func introduce(_ name: String, machine: String, socket: Int = 0) -> [CoordinatorMachine.Instruction] {
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion
    hello.host = name
    hello.planMachine = machine
    return hear(.hello(hello), from: name, socket: socket)
  }

  /// Lets time pass in which nobody says a word.
  @discardableResult mutating func beSilent(seconds: Int) -> [CoordinatorMachine.Instruction] {
    (0..<seconds).flatMap { _ in step(.tick, after: 1) }
  }

  /// Makes everything that gathered durable.
  mutating func write() throws -> [CoordinatorMachine.Instruction] {
    var instructions: [CoordinatorMachine.Instruction] = []
    while let write = machine.takeBatch() {
      instructions += step(.written(try write.perform(on: ledger, kinds: &kinds)))
    }
    return instructions
  }

  static func result(_ assignment: Volcsweep_Assignment, probability: Float = 0.25) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    result.interferograms = assignment.interferograms.map { planned in
      var interferogram = Volcsweep_InterferogramResult()
      interferogram.number = planned.number
      interferogram.score = score(probability)
      return interferogram
    }
    return result
  }

  static func score(_ probability: Float) -> Volcsweep_Score {
    let patches = [Float](repeating: probability, count: 9)
    var score = Volcsweep_Score()
    score.patchProbabilities = patches.withUnsafeBytes { Data($0) }
    score.patchRows = 3
    score.patchColumns = 3
    score.keptPatches = 9
    score.maximumProbability = probability
    score.peakScale = 1
    return score
  }
}

extension [CoordinatorMachine.Instruction] {
  var sent: [Volcsweep_ToWorker.OneOf_Body] {
    compactMap {
      guard case .send(let message, _) = $0 else { return nil }
      return message.body
    }
  }

  var welcomes: [Volcsweep_Welcome] {
    sent.compactMap {
      guard case .welcome(let welcome) = $0 else { return nil }
      return welcome
    }
  }

  var assignments: [Volcsweep_Assignment] {
    sent.compactMap {
      guard case .assignment(let assignment) = $0 else { return nil }
      return assignment
    }
  }

  /// Assignments, with the names of those that they go to.
  var assigned: [(name: String, assignment: Volcsweep_Assignment)] {
    compactMap {
      guard case .send(let message, let peer) = $0, case .assignment(let assignment)? = message.body else {
        return nil
      }
      return (name: String(decoding: peer.identity, as: UTF8.self), assignment: assignment)
    }
  }

  var acknowledged: [Lease] {
    sent.flatMap { message -> [Lease] in
      guard case .acknowledgement(let acknowledgement) = message else { return [] }
      return acknowledgement.leases.map { Lease($0) }
    }
  }

  var refusals: [String] {
    sent.compactMap {
      guard case .refusal(let refusal) = $0 else { return nil }
      return refusal.reason
    }
  }

  var isReintroductionAsked: Bool {
    sent.contains {
      guard case .reintroduction = $0 else { return false }
      return true
    }
  }

  var reports: [String] {
    compactMap {
      guard case .report(_, let text, let metadata) = $0 else { return nil }
      // A dictionary's own order differs from run to run.
      return "\(text) \(metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
    }
  }

  var killed: [Int32] {
    compactMap {
      guard case .kill(let pid) = $0 else { return nil }
      return pid
    }
  }
}
