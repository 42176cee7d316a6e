import Coordination
import Foundation
import Ledger
import ProcessResources
import SweepRecords
import Synchronization
import Transport

/// What a ledger's writing thread tells the coordinator's loop.
enum LedgerEvent: Sendable {
  case written(LedgerReceipt)
  /// There is no room on the disk; it is tried again and again until there is.
  case waiting(reason: String)
  /// The copy in the run folder is old; it is tried again.
  case notCopied(reason: String)
  /// Nothing more can be written by this process.
  case failed(any Error)
}

/// The thread that writes batches, so that messages are taken while a transaction becomes durable: what arrives
/// meanwhile shares the next one.
final class LedgerWriter: Sendable {
  /// Seconds between two tries to write to a full disk, and how long it is tried.
  private static let retrySeconds = 2.0
  private static let patienceSeconds = 3600.0

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

  /// Ends the thread after what it was given, and waits for that.
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

  /// A full disk is somebody's mistake of the moment: results wait for room as long as that may reasonably take.
  private func perform(_ write: LedgerWrite, _ kinds: inout [Int: MachineKind]) throws -> LedgerReceipt {
    let begun = ContinuousClock.now
    while true {
      do {
        return try write.perform(on: ledger, kinds: &kinds)
      } catch LedgerError.diskFull(let path) {
        let error = LedgerError.diskFull(path: path)
        let isEnding = isEnding.load(ordering: .acquiring)
        guard !isEnding, ContinuousClock.now - begun < .seconds(Self.patienceSeconds) else { throw error }
        events.post(.waiting(reason: "\(error)"))
        Thread.sleep(forTimeInterval: Self.retrySeconds)
      }
    }
  }
}
