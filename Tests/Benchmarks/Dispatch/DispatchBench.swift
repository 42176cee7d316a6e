import Coordination
import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import Logging
import Messaging
import SweepHost
import Transport
import Work

/// How many units a second the real coordinator dispatches and keeps, to real worker processes that compute nothing,
/// over encrypted TCP on this machine.
///
///     dispatch-bench [UNITS [WORKERS [WINDOW]]]
///
/// Without a WINDOW it is the sweep's usual one, which grows with short units.
/// It starts itself as its workers (`dispatch-bench worker …`, as a sweep starts them) and prints one line of JSON.
@main struct DispatchBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "worker" { return try InstantWorker.run(arguments) }
    if arguments.first?.hasPrefix("global-") == true { return try onThread { try GlobalSweep.run(arguments) } }
    let numbers = arguments.compactMap { Int($0) }
    try onThread {
      try bench(
        units: numbers.first ?? 50_000, workers: numbers.count > 1 ? numbers[1] : 2,
        window: numbers.count > 2 ? numbers[2] : nil)
    }
  }

  private static func bench(units: Int, workers: Int, window: Int?) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dispatch-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let rule = PatchRule(profile: .jgr2018, patchSize: 224)
    try ledger.bind(to: SweepIdentity(model: "none", modelSHA256: "0", profile: "jgr2018", patchSize: 224))
    _ = try ledger.plan(InstantWorker.stack, pairs: pairs(units))
    try ledger.planUnits(size: 1)
    var settings = HostSettings(
      address: "ipc://\(folder.path)/coordinator.sock",
      coordinator: CoordinatorSettings(
        archive: folder.path, modelPath: "", modelSHA256: "",
        profile: String(decoding: try JSONEncoder().encode(MethodProfile.jgr2018), as: UTF8.self), batchSize: 1))
    if let window {
      (settings.coordinator.limits.window, settings.coordinator.limits.longestWindow) = (window, window)
    }
    let keys = KeyFolder(folder.appending(path: "keys"))
    _ = try keys.makeServer()
    for slot in 1...workers { try keys.makeWorker(InstantWorker.name(ofSlot: slot)) }
    settings.remote = try RemoteAccess(listen: "tcp://127.0.0.1:0", keys: folder.appending(path: "keys"))
    settings.coordinator.sweepID = try ledger.sweepID()
    var log = Logger(label: "bench", factory: { StreamLogHandler.standardError(label: $0) })
    log.logLevel = .warning
    let mailbox = try Mailbox<LocalWorkerEvent>()
    let coordinator = try Coordinator(
      settings: settings, ledger: ledger, epoch: try ledger.beginEpoch(host: "bench", pid: getpid()),
      plan: try SweepPlan(ledger, rule: rule), log: log, report: { _ in })
    guard let address = coordinator.remoteAddress else { throw MessageError("the coordinator has no TCP address") }
    let local = LocalWorkers(
      executable: CommandLine.arguments[0],
      arguments: ["worker", "\(address)", String(getpid()), folder.appending(path: "keys").path],
      environment: [:], logs: folder, mailbox: mailbox)
    let signals = try SignalSource([SIGINT, SIGTERM])
    let before = processorSeconds()
    let begun = ContinuousClock.now
    local.start(workers)
    _ = try coordinator.run(
      signals: signals, localWorkers: mailbox, slots: workers, endProcess: { local.kill($0) })
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    let processor = processorSeconds() - before
    local.end(withinSeconds: 5)
    let counts = try ledger.counts()
    guard counts.scored == units else { throw MessageError("\(counts.scored) of \(units) units are in the ledger") }
    print(
      """
      {"units": \(units), "workers": \(workers), "window": "\(settings.coordinator.limits.window)…\(settings.coordinator.limits.longestWindow)", "seconds": \(seconds), \
      "unitsPerSecond": \(Double(units) / seconds), "coordinatorMicrosecondsPerUnit": \(processor / Double(units) * 1e6), \
      "commits": \(coordinator.batchCount), "unitsPerCommit": \(Double(units) / Double(coordinator.batchCount))}
      """)
  }

  /// Different pairs, as many as wanted.
  private static func pairs(_ count: Int) -> [DatePair] {
    let days = Int(Double(count).squareRoot()) + 1
    return (0..<count).compactMap { index in
      guard let primary = AcquisitionDate(daysSince1970: 16_000 + index / days),
        let secondary = AcquisitionDate(daysSince1970: 17_000 + index % days)
      else { return nil }
      return DatePair(primary: primary, secondary: secondary)
    }
  }

  /// User and system time of this process, seconds.
  private static func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }

  /// Runs on a thread of its own, as a sweep does, and ends the program with its outcome.
  private static func onThread(_ body: @escaping @Sendable () throws -> Void) throws {
    let thread = Thread {
      do {
        try body()
        exit(0)
      } catch {
        FileHandle.standardError.write(Data("dispatch-bench: \(error)\n".utf8))
        exit(1)
      }
    }
    thread.stackSize = 8 << 20
    thread.start()
    dispatchMain()
  }
}
