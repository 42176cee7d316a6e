import CZeroMQ

/// Limits and timeouts of sockets.
public struct SocketLimits: Sendable {
  /// A larger message closes its connection.
  public var maximumMessageBytes = 16 << 20
  /// Messages queued to one peer; beyond that, sending reports a full queue.
  public var sendHighWaterMark = 10_000
  /// Messages queued from one peer; beyond that, the peer has to wait.
  public var receiveHighWaterMark = 1000
  /// Time that a closing socket tries to deliver queued messages.
  public var lingerMilliseconds = 1000
  /// Connections waiting to be accepted.
  public var backlog = 128
  /// Timeout of the handshake.
  public var handshakeMilliseconds = 10_000
  /// Interval of ZMTP heartbeats over TCP; 0 for none. libzmq 4.3.4 may abort the process when such a
  /// connection breaks (its issue 4364), and the protocol has its own heartbeats.
  public var heartbeatMilliseconds = 0
  /// A peer that does not answer heartbeats for this long is disconnected.
  public var heartbeatTimeoutMilliseconds = 30_000

  public init() {}
}

extension MessageSocket {
  func apply(_ limits: SocketLimits) throws(ZeroMQError) {
    try set(ZMQ_MAXMSGSIZE, to: Int64(limits.maximumMessageBytes))
    try set(ZMQ_SNDHWM, to: Int32(limits.sendHighWaterMark))
    try set(ZMQ_RCVHWM, to: Int32(limits.receiveHighWaterMark))
    try set(ZMQ_LINGER, to: Int32(limits.lingerMilliseconds))
    try set(ZMQ_BACKLOG, to: Int32(limits.backlog))
    try set(ZMQ_HANDSHAKE_IVL, to: Int32(limits.handshakeMilliseconds))
    if case .filePermissions = security { return }
    try set(ZMQ_HEARTBEAT_IVL, to: Int32(limits.heartbeatMilliseconds))
    try set(ZMQ_HEARTBEAT_TIMEOUT, to: Int32(limits.heartbeatTimeoutMilliseconds))
    // TCP keepalive detects a dead machine behind an idle connection.
    try set(ZMQ_TCP_KEEPALIVE, to: Int32(1))
    try set(ZMQ_TCP_KEEPALIVE_IDLE, to: Int32(60))
    try set(ZMQ_TCP_KEEPALIVE_INTVL, to: Int32(10))
    try set(ZMQ_TCP_KEEPALIVE_CNT, to: Int32(6))
  }
}
