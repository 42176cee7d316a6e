import Foundation
import Messaging
import Transport

/// Tells a coordinator elsewhere how a worker of this machine ended, so that what it computed is blamed by evidence,
/// not for its silence.
struct ObituaryTeller {
  /// Where the coordinator listens now, and the workers' keys.
  let connection: @Sendable () throws -> (address: String, security: SocketSecurity)
  /// How long it may take to be heard; after that the worker's silence has to do.
  var patienceSeconds = 10.0

  /// Blocks until the coordinator has answered, or for as long as that may take.
  ///
  /// - Returns: whether it has.
  /// - Throws: `ZeroMQError`, `EndpointError` or what finding the coordinator throws.
  func tell(_ obituary: Volcsweep_Obituary) throws -> Bool {
    let (address, security) = try connection()
    var limits = SocketLimits()
    limits.lingerMilliseconds = 0
    let identity = "keeper-\(obituary.host)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let socket = try MessageSocket(
      .dealer(identity: identity), context: MessageContext(), limits: limits, security: security)
    try socket.connect(address)
    let message = try Volcsweep_ToCoordinator(.obituary(obituary)).frame()
    let deadline = ContinuousClock.now + .seconds(patienceSeconds)
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
