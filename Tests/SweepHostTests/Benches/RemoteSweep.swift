import Foundation
import Messaging
import Synchronization
import Testing
import Transport

@testable import SweepHost

/// A sweep that listens on a loopback port, and those who come to it.
final class RemoteSweep {
  let bench: SweepBench
  let keys: KeyFolder
  var run: URL { bench.folder.appending(path: "remote") }

  init(stacks: Int, pairs: Int, workers: [String]) throws {
    bench = try SweepBench(stacks: stacks, pairs: pairs)
    keys = KeyFolder(bench.folder.appending(path: "remote/keys"))
    _ = try keys.makeServer()
    for worker in workers { try keys.makeWorker(WorkerName(worker)) }
  }

  func workerKeys(_ name: String) -> String { keys.url.appending(path: "workers/\(name)").path }

  /// Starts the coordinator, without workers of its own. Where it listens it is told here, unless the job says it.
  func start(further: String = "", listens: Bool = true, options: [String] = []) throws -> Process {
    try run(
      "sweep",
      ["sweep", bench.job("remote", further).path, "--workers", "0", "--verbose"]
        + (listens ? ["--listen", "tcp://localhost:0"] : []) + options)
  }

  func worker(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Process {
    try run(name, ["worker"] + arguments, environment)
  }

  /// Starts the program, with what it says on standard error in a file of that name.
  func run(_ name: String, _ arguments: [String], _ environment: [String: String] = [:]) throws -> Process {
    let errors = bench.folder.appending(path: "\(name).err")
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = SweepBench.executable
    process.arguments = arguments
    process.environment = bench.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return process
  }

  /// What a process has said on standard error.
  func log(_ name: String) -> String { (try? bench.text("\(name).err")) ?? "" }

  /// Where the coordinator says that it listens, once it does.
  func address() throws -> AddressFile {
    for _ in 0..<3000 {
      if let file = try? AddressFile(run: run) { return file }
      usleep(10_000)
    }
    throw MessageError("the sweep does not listen: \(log("sweep"))")
  }

  /// Waits for something in the sweep's log.
  func said(_ text: String) -> Bool {
    for _ in 0..<6000 {
      if log("sweep").contains(text) { return true }
      usleep(10_000)
    }
    return false
  }

  /// The exit status; a sweep that does not end in two minutes is killed.
  func end(of sweep: Process) -> Int32 {
    for _ in 0..<12_000 where sweep.isRunning { usleep(10_000) }
    if sweep.isRunning { kill(sweep.processIdentifier, SIGKILL) }
    sweep.waitUntilExit()
    return sweep.terminationStatus
  }

  func dealer(_ key: String, identity: String, context: MessageContext) throws -> MessageSocket {
    var limits = SocketLimits()
    limits.lingerMilliseconds = 0
    limits.maximumMessageBytes = 64 << 20
    let dealer = try MessageSocket(
      .dealer(identity: identity), context: context, limits: limits,
      security: WorkerKeys(folder: URL(filePath: workerKeys(key))).security)
    try dealer.connect(try #require(try address().remote))
    return dealer
  }

  /// The first answer of a kind.
  func answer<Answer>(
    to dealer: MessageSocket, _ pick: (Volcsweep_ToWorker.OneOf_Body) -> Answer?
  ) throws -> Answer {
    for _ in 0..<100 {
      _ = try dealer.wait(alsoFor: [], milliseconds: 100)
      while let frames = try dealer.receive() {
        for message in try Volcsweep_ToWorker.messages(inFrame: frames[0]) {
          if let body = message.body, let answer = pick(body) { return answer }
        }
      }
    }
    throw MessageError("no answer")
  }

  /// Connections that speak no ZeroMQ, or ZeroMQ without keys.
  func sendGarbage() throws {
    guard case .tcp(_, let port) = try Endpoint(try #require(try address().remote)) else { return }
    for opening in [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), [UInt8](repeating: 0xff, count: 300),
      [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48),
    ] {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      let status = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(status == 0)
      _ = opening.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      var answer = [UInt8](repeating: 0, count: 1000)
      while read(descriptor, &answer, answer.count) > 0 {}
    }
  }
}

/// Sends as fast as it can until it is told to stop.
final class Flood: Sendable {
  private let isOver = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)

  init(_ socket: MessageSocket) {
    let owned = Owned(socket)
    let flood = self
    Thread.detachNewThread {
      let bytes = (try? Volcsweep_ToCoordinator(.heartbeat(Volcsweep_Heartbeat())).frame()) ?? []
      while !flood.isOver.load(ordering: .relaxed) {
        guard let outcome = try? owned.socket.send(bytes) else { break }
        if case .full = outcome { usleep(100) }
        while let answer = try? owned.socket.receive(), !answer.isEmpty {}
      }
      flood.ended.signal()
    }
  }

  func stop() {
    isOver.store(true, ordering: .relaxed)
    ended.wait()
  }

  private final class Owned: @unchecked Sendable {
    let socket: MessageSocket

    init(_ socket: MessageSocket) { self.socket = socket }
  }
}
