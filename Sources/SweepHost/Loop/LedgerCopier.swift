import FileReasons
import Foundation
import Ledger
import ProcessResources
import Synchronization
import Transport

/// The thread that copies a ledger on a local disk to the run folder now and then, so that others can read it and a
/// disk that is lost with its machine takes no more than what came since.
final class LedgerCopier: Sendable {
  private let wish = DispatchSemaphore(value: 0)
  private let isEnding = Atomic(false)
  private let end = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - ledger: which others write meanwhile.
  ///   - target: where to.
  ///   - seconds: from the end of a copy to the next one's beginning.
  ///   - events: told of failures. One that is not for good is tried again at the next time.
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

  /// Has a copy made without waiting for its time, or for the copy.
  func copySoon() { wish.signal() }

  /// Ends the thread after the copy that is under way, and waits for that, which the ledger gives up where the run
  /// folder's disk hangs.
  func finish() {
    isEnding.store(true, ordering: .releasing)
    wish.signal()
    end.wait()
  }
}
