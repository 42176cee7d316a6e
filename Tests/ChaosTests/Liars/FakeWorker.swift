import Foundation
import Messaging
import RasterIO
import Transport

/// One end of the protocol without a worker behind it: it says what it is told to. One thread owns it.
final class FakeWorker {
  let name: String
  private let context: MessageContext
  private let socket: MessageSocket
  private var heard: [Volcsweep_ToWorker.OneOf_Body] = []

  init(_ name: String, address: String) throws {
    self.name = name
    context = try MessageContext()
    var limits = SocketLimits()
    limits.lingerMilliseconds = 0
    socket = try MessageSocket(.dealer(identity: "liar-\(name)-\(getpid())"), context: context, limits: limits)
    try socket.connect(address)
  }

  func say(_ body: Volcsweep_ToCoordinator.OneOf_Body) throws {
    try say(bytes: Volcsweep_ToCoordinator(body).frame())
  }

  func say(bytes: [UInt8]) throws { _ = try socket.send(bytes) }

  /// Blocks until it hears something that `isWanted` finds a use for; what it hears before is kept for later.
  ///
  /// - Throws: ``TimeLimit``.
  func hear<Value>(
    _ what: String, within seconds: Double = 60, _ isWanted: (Volcsweep_ToWorker.OneOf_Body) -> Value?
  ) throws -> Value {
    var found: Value?
    try until("\(name) hears \(what)", within: seconds) {
      _ = try socket.wait(alsoFor: [], milliseconds: 50)
      while let frames = try socket.receive() {
        heard += try Volcsweep_ToWorker.messages(inFrame: frames[0]).compactMap(\.body)
      }
      for (index, body) in heard.enumerated() {
        guard let value = isWanted(body) else { continue }
        found = value
        heard.remove(at: index)
        return true
      }
      return false
    }
    guard let found else { throw TimeLimit(description: "\(name) heard nothing") }
    return found
  }

  /// Says hello as a worker does that has nothing to hide.
  func hello(version: UInt32 = protocolVersion, pid: Int32 = getpid()) throws {
    var hello = Volcsweep_Hello()
    hello.protocolVersion = version
    hello.host = ProcessInfo.processInfo.hostName
    hello.pid = pid
    hello.cpuKind = "none"
    hello.blasKernel = "none"
    try say(.hello(hello))
  }

  /// Introduces itself.
  func beWelcomed() throws -> Volcsweep_Welcome {
    try hello()
    return try hear("a welcome") { if case .welcome(let welcome) = $0 { welcome } else { nil } }
  }

  /// Introduces itself and takes work; what it sees of the archive is the truth.
  func beAssigned() throws -> Volcsweep_Assignment {
    let welcome = try beWelcomed()
    var ready = Volcsweep_Ready()
    if !welcome.proofStack.isEmpty {
      let path = URL(fileURLWithPath: welcome.archive).appending(path: welcome.proofStack).path
      ready.archiveIdentity = StackIdentity(try InterferogramStackReader(path: path)).bytes
    }
    ready.planHash = "none"
    try say(.ready(ready))
    return try hear("an assignment") { if case .assignment(let assignment) = $0 { assignment } else { nil } }
  }

  /// What the coordinator says to a result: that it has it, that it wants no more of the worker, or that it does not
  /// know it. To some it says nothing.
  func answer() -> String {
    let answer = try? hear("an answer", within: 3) { body in
      switch body {
      case .refusal: "refused"
      case .acknowledgement: "acknowledged and dropped"
      case .reintroduction: "not known"
      default: nil
      }
    }
    return answer ?? "not answered"
  }
}
