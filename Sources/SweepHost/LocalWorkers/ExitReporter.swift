import Foundation
import Messaging
import Transport

/// Reports the exit of a local worker to a coordinator on another machine, so that blame follows evidence and
/// not just silence.
struct ExitReporter {
  /// Current endpoint of the coordinator, and the workers' keys.
  let connection: @Sendable () throws -> (address: String, security: SocketSecurity)
  /// Timeout for the coordinator's answer; after that its detection of silence has to suffice.
  var timeoutSeconds = 10.0

  /// Blocks until the coordinator has answered, or the timeout has passed.
  ///
  /// - Returns: whether it has answered.
  /// - Throws: `ZeroMQError`, `EndpointError` or errors of `connection`.
  func tell(_ report: Volcsweep_ExitReport) throws -> Bool {
    let (address, security) = try connection()
    var limits = SocketLimits()
    limits.lingerMilliseconds = 0
    let identity = "keeper-\(report.host)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let socket = try MessageSocket(
      .dealer(identity: identity), context: MessageContext(), limits: limits, security: security)
    try socket.connect(address)
    let message = try Volcsweep_ToCoordinator(.exitReport(report)).frame()
    let deadline = ContinuousClock.now + .seconds(timeoutSeconds)
    while ContinuousClock.now < deadline {
      _ = try socket.send(message)
      _ = try socket.wait(alsoFor: [], milliseconds: 1000)
      while let frames = try socket.receive() {
        guard let frame = frames.last, case .pulse? = try? Volcsweep_ToWorker(frame: frame).body else { continue }
        return true
      }
    }
    return false
  }
}
