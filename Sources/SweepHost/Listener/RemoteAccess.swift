import Foundation
import Transport

/// Endpoint and keys for workers on other machines. The initialiser checks everything that can be checked
/// before a sweep starts.
public struct RemoteAccess: Sendable {
  /// `tcp://HOST:PORT`.
  public let listen: Endpoint
  /// Keys of the coordinator and its workers.
  public let keys: KeyFolder
  let pair: KeyPair

  /// - Parameters:
  ///   - address: `tcp://HOST:PORT`; the host may be a network interface's name, or `*` for all interfaces;
  /// port 0 chooses a free one.
  ///   - folder: made by `volcsweep keys`.
  /// - Throws: `EndpointError` for an invalid address, `KeyFileError` if there are no keys or others could have
  ///   read or changed them.
  public init(listen address: String, keys folder: URL) throws {
    listen = try Endpoint(address)
    guard case .tcp = listen else {
      throw SweepSession.Failure(
        description:
          "cannot listen on \(address) for workers on other machines; use tcp://HOST:PORT, or tcp://*:PORT "
          + "for all interfaces. Local workers need no address", isPermanent: true)
    }
    keys = KeyFolder(folder)
    guard keys.exists else {
      throw SweepSession.Failure(
        description:
          "\(folder.path) contains no keys, which TCP connections require; create them with "
          + "volcsweep keys \(folder.path) --worker NAME", isPermanent: true)
    }
    pair = try keys.serverKeys()
    _ = try keys.entries()
  }

  /// The endpoint where workers connect, given where the socket is bound.
  func reachable(_ bound: Endpoint) -> Endpoint {
    guard case .tcp(let host, let port) = bound else { return bound }
    if host == "*" { return .tcp(host: ProcessInfo.processInfo.hostName, port: port) }
    // Interface names have no meaning on other machines.
    return .tcp(host: HostName.address(ofInterface: host) ?? host, port: port)
  }
}
