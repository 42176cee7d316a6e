import Coordination
import Foundation
import Ledger
import ProcessResources
import SweepRecords
import Synchronization
import Transport

/// Events from the ledger's thread to the coordinator's loop.
enum LedgerEvent: Sendable {
  case written(LedgerReceipt)
  /// The disk is full; writing is retried until there is space.
  case waiting(reason: String)
  /// The copy in the run folder is out of date; copying is retried.
  case notCopied(reason: String)
  /// This process cannot write any more.
  case failed(any Error)
}

/// The thread that writes batches. Messages are handled while a transaction becomes durable, and share the next
/// one.
final class LedgerWriter: Sendable {
  /// Seconds between two attempts to write to a full disk, and the total time of attempts.
  private static let retrySeconds = 2.0
  private static let timeoutSeconds = 3600.0

  private let ledger: Ledger
  private let events: Mailbox<LedgerEvent>
  private let queue = Mutex<[LedgerWrite]>([])
  private let isEnding = Atomic(false)
  private let arrival = DispatchSemaphore(value: 0)
  private let end = DispatchSemaphore(value: 0)

  /// - Throws: `ResourceShortage`.
  init(ledger: Ledger, events: Mailbox<LedgerEvent>) throws {
    self.ledger = ledger
    self.events = events
    try OwnThread.start("ledger") { self.run() }
  }

  func write(_ write: LedgerWrite) {
    queue.withLock { $0.append(write) }
    arrival.signal()
  }

  /// Ends the thread after the writes given to it, and waits for that.
  func finish() {
    isEnding.store(true, ordering: .releasing)
    arrival.signal()
    end.wait()
  }

  private func run() {
    defer { end.signal() }
    var kinds: [Int: MachineKind] = [:]
    while true {
      arrival.wait()
      guard let write = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
        if isEnding.load(ordering: .acquiring) { return }
        continue
      }
      do {
        events.post(.written(try perform(write, &kinds)))
      } catch {
        events.post(.failed(error))
        return
      }
    }
  }

  /// A full disk is usually temporary, so results wait for space for a while.
  private func perform(_ write: LedgerWrite, _ kinds: inout [Int: MachineKind]) throws -> LedgerReceipt {
    let begun = ContinuousClock.now
    while true {
      do {
        return try write.perform(on: ledger, kinds: &kinds)
      } catch LedgerError.diskFull(let path) {
        let error = LedgerError.diskFull(path: path)
        let isEnding = isEnding.load(ordering: .acquiring)
        guard !isEnding, ContinuousClock.now - begun < .seconds(Self.timeoutSeconds) else { throw error }
        events.post(.waiting(reason: "\(error)"))
        Thread.sleep(forTimeInterval: Self.retrySeconds)
      }
    }
  }
}
