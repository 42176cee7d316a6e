import Crypto
import Detection
import Foundation
import Interferometry
import Messaging
import NeuralNetwork
import RasterIO
import Synchronization

/// What the compute thread tells the network thread.
enum ComputeEvent: Sendable {
  /// The model is loaded; the hash tells what the results' last digits depend on.
  case ready(planHash: String)
  /// It cannot work at all: the model cannot be read, or is another than the sweep's.
  case failed(String)
  case result(Volcsweep_UnitResult)
}

/// The thread that reads pixels and runs the network, one unit after the other.
final class ComputeThread: Sendable {
  private struct State {
    var terms: SweepTerms?
    var queue: [Volcsweep_Assignment] = []
    var isEnding = false
  }

  private let state = Mutex(State())
  private let arrival = DispatchSemaphore(value: 0)
  private let isDraining = Atomic(false)
  private let steps = Atomic<UInt64>(0)
  private let leaseAtHand = Mutex<Volcsweep_Lease?>(nil)
  private let events: Mailbox<ComputeEvent>

  init(events: Mailbox<ComputeEvent>) {
    self.events = events
    let thread = Thread { self.run() }
    thread.name = "compute"
    // The BLAS and the image filters keep large frames.
    thread.stackSize = 16 << 20
    thread.start()
  }

  /// Rises with every step, so that a hang can be told from work.
  var progress: UInt64 { steps.load(ordering: .relaxed) }

  /// The lease at hand.
  var atHand: Volcsweep_Lease? { leaseAtHand.withLock { $0 } }

  func begin(_ terms: SweepTerms) {
    state.withLock { $0.terms = terms }
    arrival.signal()
  }

  func enqueue(_ assignment: Volcsweep_Assignment) {
    state.withLock { $0.queue.append(assignment) }
    arrival.signal()
  }

  func revoke(_ lease: Volcsweep_Lease) {
    state.withLock { $0.queue.removeAll { $0.lease == lease } }
  }

  /// Ends after the interferogram at hand; what waits is dropped.
  ///
  /// - Returns: the lease at hand, whose result is still to come.
  func drain() -> Volcsweep_Lease? {
    isDraining.store(true, ordering: .releasing)
    let atHand = state.withLock { state in
      state.queue.removeAll()
      state.isEnding = true
      return leaseAtHand.withLock { $0 }
    }
    arrival.signal()
    return atHand
  }

  private func run() {
    var loaded: (terms: SweepTerms, detector: Detector)?
    var stack: InterferogramStackReader?
    while true {
      arrival.wait()
      let (terms, assignment, isEnding) = state.withLock { state in
        let next = state.queue.isEmpty ? nil : state.queue.removeFirst()
        leaseAtHand.withLock { $0 = next?.lease }
        return (state.terms, next, state.isEnding)
      }
      if isEnding && assignment == nil { return }
      guard let terms else { continue }
      if loaded?.terms != terms {
        do {
          if let old = loaded, old.terms.hasSameNetwork(as: terms) {
            loaded = (terms, old.detector)
          } else {
            loaded = (terms, try Self.load(terms))
          }
          stack = nil
          events.post(.ready(planHash: ""))
        } catch {
          events.post(.failed("\(error)"))
          return
        }
      }
      guard let assignment, let detector = loaded?.detector else { continue }
      let result = compute(assignment, terms, detector, &stack)
      leaseAtHand.withLock { $0 = nil }
      events.post(.result(result))
    }
  }

  private static func load(_ terms: SweepTerms) throws -> Detector {
    PatchClassifier.setSingleThreadedBLAS()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: terms.modelPath), options: .mappedIfSafe)
    let hash = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    guard hash == terms.modelSHA256 else {
      throw MessageError(
        "\(terms.modelPath) is not the sweep's model: its SHA-256 is \(hash), "
          + "the sweep's is \(terms.modelSHA256)")
    }
    let model = try ModelFile(bytes: Array(bytes), file: terms.modelPath)
    return try Detector(profile: terms.profile, model: model, batchCapacity: terms.batchSize)
  }

  private func compute(
    _ assignment: Volcsweep_Assignment, _ terms: SweepTerms, _ detector: Detector,
    _ stack: inout InterferogramStackReader?
  ) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    let path = terms.archive.appending(path: assignment.stack).path
    let reader: InterferogramStackReader
    do {
      if let open = stack, open.path == path {
        reader = open
      } else {
        reader = try InterferogramStackReader(path: path)
        stack = reader
      }
    } catch {
      stack = nil
      result.interferograms = assignment.interferograms.map { Self.rejected($0, "unreadable: \(error)") }
      return result
    }
    let places = Dictionary(
      reader.pairs.enumerated().map { ($0.element.description, $0.offset) }, uniquingKeysWith: { first, _ in first }
    )
    let judgements = detector.judge(
      count: assignment.interferograms.count, grid: reader.header.grid, geoTransform: reader.header.geoTransform,
      step: { steps.add(1, ordering: .relaxed) }, shouldStop: { isDraining.load(ordering: .acquiring) }
    ) { index, phase, coherence in
      let pair = assignment.interferograms[index].pair
      guard let place = places[pair] else {
        throw StackError(file: path, part: "/date", problem: "has no pair \(pair) any more; ingest it again")
      }
      try reader.readPhase(at: place, into: phase)
      guard reader.hasCoherence else { return false }
      try reader.readCoherence(at: place, into: coherence)
      return true
    }
    result.interferograms = judgements.sorted { $0.key < $1.key }.map { index, judgement in
      Volcsweep_InterferogramResult(assignment.interferograms[index], judgement)
    }
    return result
  }

  private static func rejected(
    _ interferogram: Volcsweep_PlannedInterferogram, _ reason: String
  ) -> Volcsweep_InterferogramResult {
    var message = Volcsweep_InterferogramResult()
    message.number = interferogram.number
    message.rejection = reason
    return message
  }
}
