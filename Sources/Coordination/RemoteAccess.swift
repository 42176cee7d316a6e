import Foundation
import Messaging

/// Where workers from other machines reach a coordinator, and the keys that guard the way. Making one checks
/// everything that can be checked before a sweep starts.
public struct RemoteAccess: Sendable {
  /// `tcp://HOST:PORT`.
  public let listen: Endpoint
  public let keys: KeyFolder
  let pair: KeyPair

  /// - Parameters:
  ///   - address: `tcp://HOST:PORT`; a network interface's name may stand for the host, `*` for every interface, port 0
  ///     for any free one.
  ///   - folder: made by `volcsweep keys`.
  /// - Throws: `EndpointError` for another address, `KeyFileError` when there are no keys or others could have
  ///   changed or read them.
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

  /// Where workers connect, when this is where the socket listens.
  func reachable(_ bound: Endpoint) -> Endpoint {
    guard case .tcp(let host, let port) = bound else { return bound }
    if host == "*" { return .tcp(host: ProcessInfo.processInfo.hostName, port: port) }
    // What an interface is called here says nothing elsewhere.
    return .tcp(host: HostName.address(ofInterface: host) ?? host, port: port)
  }
}
