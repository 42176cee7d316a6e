import Foundation
import Messaging
import Testing

extension Chaos {
  /// Workers that lie, babble and fall silent, before any honest one comes.
  @Test(.named("liars")) func workersThatLieChangeNoByte() throws {
    let chaos = try ChaosCase("liars")
    let job = try chaos.bench.job(
      """
      unit-size: 4
      scheduling:
        heartbeat-seconds: 0.2
        silence-seconds: 1
        losses-before-quarantine: 50
      """)
    let sweep = try chaos.bench.start(["sweep", job, "--verbose", "--workers", "0"])
    try until("the coordinator listens") {
      FileManager.default.fileExists(atPath: chaos.bench.socket) || !sweep.isRunning
    }
    try chaos.tellLies()
    try chaos.babble()
    #expect(sweep.isRunning, "\(chaos.bench.tail(of: chaos.bench.errors))")
    // One of them sends each of its messages ten times.
    let proxy = try ChaosProxy(
      .unix(chaos.bench.folder.appending(path: "proxy.sock").path), to: .unix(chaos.bench.socket),
      rates: FaultRates(repeats: 1), name: "liars")
    defer { proxy.end() }
    let honest = WorkerCrew.Place(arguments: ["worker", "ipc://\(chaos.bench.socket)"])
    let repeating = WorkerCrew.Place(arguments: ["worker", proxy.address.description])
    let crew = try WorkerCrew(
      [repeating] + Array(repeating: honest, count: ChaosSettings.workers - 1), bench: chaos.bench)
    let ending = try crew.work(until: sweep)
    try crew.dismiss()
    for (what, number) in proxy.injected { chaos.count(what, number) }
    #expect(chaos.injections("repeated messages") > 10)
    try chaos.expectUnharmed(ending)
  }
}

extension ChaosCase {
  /// Every ``Lie``, each by a worker of its own.
  fileprivate func tellLies() throws {
    for lie in Lie.allCases {
      let liar = try FakeWorker(lie.rawValue, address: "ipc://\(bench.socket)")
      let assignment = try liar.beAssigned()
      try liar.say(.result(lie.result(for: assignment)))
      count("results \(liar.answer())")
    }
  }

  /// What is not even a lie.
  fileprivate func babble() throws {
    func fake(_ name: String) throws -> FakeWorker { try FakeWorker(name, address: "ipc://\(bench.socket)") }
    let foreigner = try fake("foreigner")
    try foreigner.hello(version: protocolVersion + 1)
    let reason = try foreigner.hear("a refusal") {
      if case .refusal(let refusal) = $0 { refusal.reason } else { nil }
    }
    #expect(reason.contains("protocol version \(protocolVersion + 1)") && reason.contains("\(protocolVersion)"))
    count("other protocols")

    let hasty = try fake("hasty")
    try hasty.say(.result(Lie.foreignUnit.result(for: Volcsweep_Assignment())))
    #expect(hasty.answer() == "not known")
    count("results before a hello")

    let babbler = try fake("babbler")
    for length in [1, 3, 100, 10_000, 1_000_000] {
      try babbler.say(bytes: (0..<length).map { _ in UInt8(random.whole(0..<256)) })
      count("messages of noise")
    }
    try babbler.say(bytes: [])
    _ = try babbler.beWelcomed()

    let giant = try fake("giant")
    _ = try giant.beWelcomed()
    try giant.say(bytes: [UInt8](repeating: 7, count: 64 << 20))
    count("oversized messages")

    let holder = try fake("holder")
    _ = try holder.beAssigned()
    var beat = Volcsweep_Heartbeat()
    beat.holding = (0..<100_000).map { unit in
      var lease = Volcsweep_Lease()
      (lease.epoch, lease.unit, lease.attempt) = (1, UInt64(unit), 1)
      return lease
    }
    beat.computing = beat.holding[77]
    beat.progress = .max
    beat.residentBytes = .max
    try holder.say(.heartbeat(beat))
    try holder.hear("a pulse") { if case .pulse = $0 { () } else { nil } }
    count("heartbeats of 100000 leases")

    // They hold leases, and are never heard of again.
    for index in 0..<3 {
      _ = try fake("silent-\(index)").beAssigned()
      count("silent workers")
    }
    _ = try fake("mute").beWelcomed()
    count("silent after hello")
    // Whatever happened to the giant's connection, others can still connect.
    _ = try fake("witness").beWelcomed()
  }
}
