import Coordination
import Foundation
import Transport

/// How the process that hosts a sweep reaches its workers and keeps what they bring.
public struct HostSettings: Sendable {
  /// What its coordinator tells workers and holds itself to.
  public var coordinator: CoordinatorSettings
  /// Where it listens for local workers, `ipc://…`.
  public var address: String
  /// Message sizes, queue lengths and timeouts of the sockets for local and remote workers.
  public var socketLimits = SocketLimits()
  /// What one worker may send.
  public var peerRate = PeerRateLimits()
  /// Where workers elsewhere connect; `nil` for local ones alone.
  public var remote: RemoteAccess?
  /// The run folder, in which it says how it is doing; `nil` to say nothing.
  public var run: URL?
  /// Results gather for so long, from one transaction to the next. The first after a rest is written at once.
  public var gatherSeconds = 0.005
  /// How long a drain waits for workers to return what they hold.
  public var drainSeconds = 60.0

  public init(address: String, coordinator: CoordinatorSettings) {
    self.address = address
    self.coordinator = coordinator
  }
}
