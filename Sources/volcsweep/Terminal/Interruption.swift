import Dispatch
import Foundation
import Synchronization
import Transport

/// Turns SIGINT, SIGTERM and SIGHUP into a question that long work asks between its steps. A second signal ends the process
/// at once, as if nobody listened.
final class Interruption: Sendable {
  private let isRaised = Mutex(false)

  /// Listens from now on.
  static func listen() -> Interruption {
    let interruption = Interruption()
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Ignored by whoever started this process, as nohup does.
      guard !SignalSource.isIgnored(number) else { continue }
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        // A terminal that goes may say so twice.
        if number != SIGHUP { signal(number, SIG_DFL) }
        interruption.isRaised.withLock { $0 = true }
        // The handler keeps its source alive for as long as the process runs.
        _ = source
      }
      source.resume()
    }
    return interruption
  }

  /// Whether a signal came.
  var isRequested: Bool { isRaised.withLock { $0 } }
}
