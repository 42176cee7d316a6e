import Dispatch
import Foundation
import Synchronization
import Transport

/// Lets long work poll for SIGINT, SIGTERM and SIGHUP between its steps. A second signal ends the process at
/// once, with the default action.
final class Interruption: Sendable {
  private let isRaised = Mutex(false)

  /// Handles the signals from now on.
  static func listen() -> Interruption {
    let interruption = Interruption()
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Ignored by the parent process, as nohup does.
      guard !SignalSource.isIgnored(number) else { continue }
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        // A closing terminal may send SIGHUP twice.
        if number != SIGHUP { signal(number, SIG_DFL) }
        interruption.isRaised.withLock { $0 = true }
        // The handler keeps its source alive until the process ends.
        _ = source
      }
      source.resume()
    }
    return interruption
  }

  /// Whether a signal has arrived.
  var isRequested: Bool { isRaised.withLock { $0 } }
}
