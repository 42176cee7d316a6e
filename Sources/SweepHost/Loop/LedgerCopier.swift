import FileReasons
import Foundation
import Ledger
import ProcessResources
import Synchronization
import Transport

/// The thread that periodically copies a ledger on a local disk to the run folder, for readers and to limit
/// what is lost with the machine.
final class LedgerCopier: Sendable {
  private let wish = DispatchSemaphore(value: 0)
  private let isEnding = Atomic(false)
  private let end = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - ledger: the ledger, which others write meanwhile.
  ///   - target: the copy's file.
  ///   - seconds: time from the end of one copy to the start of the next.
  ///   - events: receives failures; temporary ones are retried at the next interval.
  /// - Throws: `ResourceShortage`.
  init(ledger: Ledger, target: URL, everySeconds seconds: Double, events: Mailbox<LedgerEvent>) throws {
    try OwnThread.start("ledger copies") { [self] in
      while true {
        _ = wish.wait(timeout: .now() + seconds)
        guard !isEnding.load(ordering: .acquiring) else { break }
        do {
          try ledger.copyOut(to: target)
        } catch LedgerError.superseded(let path, let own, let other) {
          events.post(.failed(LedgerError.superseded(path: path, ownEpoch: own, epoch: other)))
          break
        } catch {
          events.post(.notCopied(reason: SystemReason.text(error)))
        }
      }
      end.signal()
    }
  }

  /// Requests a copy now, without waiting for it.
  func copySoon() { wish.signal() }

  /// Ends the thread after a copy in progress and waits for that; the ledger abandons a copy if the run
  /// folder's disk hangs.
  func finish() {
    isEnding.store(true, ordering: .releasing)
    wish.signal()
    end.wait()
  }
}
