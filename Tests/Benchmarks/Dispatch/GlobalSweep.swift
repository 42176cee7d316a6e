import Coordination
import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import Logging
import Messaging
import Reduction
import SweepHost
import SweepRecords
import Transport

/// A sweep as large as the published one, with its names, whose workers compute nothing: what planning, coordinating and
/// reducing it cost. Each step is a process of its own, so that its memory is its own.
///
///     dispatch-bench global-plan SCORES FOLDER
///     dispatch-bench global-run FOLDER [WORKERS]
///     dispatch-bench global-reduce FOLDER
enum GlobalSweep {
  /// The published file's first line has lost its line break, and with it goes on with a path.
  private static let mended = "adwa_20151130_20151224"
  private static let grid = Grid(height: 500, width: 500)

  static func run(_ words: [String]) throws {
    guard words.count > 1 else { throw MessageError("global-plan, global-run and global-reduce want a folder") }
    let begun = ContinuousClock.now
    switch words[0] {
    case "global-plan": try plan(scores: words[1], folder(words[2]))
    case "global-run": try sweep(folder(words[1]), workers: words.dropFirst(2).first.flatMap { Int($0) } ?? 2)
    case "global-reduce": try reduce(folder(words[1]))
    default: throw MessageError("\(words[0]) is no step of a sweep")
    }
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    print("\(words[0]): \(format(seconds)) s in all, \(peakMegabytes) MB at most")
  }

  private static func folder(_ path: String) throws -> URL {
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return folder
  }

  private static func ledger(_ folder: URL) throws -> Ledger {
    try Ledger(path: folder.appending(path: "ledger.sqlite").path)
  }

  private static var rule: PatchRule { PatchRule(profile: .jgr2018, patchSize: 224) }

  private static func profile() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(MethodProfile.jgr2018), as: UTF8.self)
  }

  private static func plan(scores: String, _ folder: URL) throws {
    let stacks = try stacks(ofScores: scores)
    let ledger = try ledger(folder)
    try ledger.bind(
      to: SweepIdentity(model: "none", modelSHA256: "0", profile: try profile(), patchSize: 224))
    try ledger.keep(candidateThreshold: 0.5)
    let added = try measure("plan") { try ledger.plan(stacks) }
    try measure("plan units") { try ledger.planUnits(size: 16) }
    print("\(added) interferograms in \(stacks.count) stacks of \(Set(stacks.map(\.0.volcano)).count) volcanoes")
    try ledger.close()
    printSize(folder)
  }

  /// A name that comes again is another frame's.
  private static func stacks(ofScores path: String) throws -> [(PlannedStack, [DatePair])] {
    let published = try PublishedScores(path: path)
    var times: [String: Int] = [:]
    var stacks: [String: [DatePair]] = [:]
    for (volcano, id) in [("adwa", mended)] + published.scores.map({ ($0.volcano, $0.id) }) {
      guard let pair = DatePair(String(id.suffix(17))) else { throw MessageError("\(id) has no dates") }
      let frame = times["\(volcano)_\(pair)", default: 0]
      times["\(volcano)_\(pair)"] = frame + 1
      stacks["\(volcano) \(frame)", default: []].append(pair)
    }
    print("\(published.scores.count) names and the mended one, \(published.rejectedCount) line rejected")
    return stacks.sorted { $0.key < $1.key }.enumerated().map { index, entry in
      let words = entry.key.split(separator: " ")
      let stack = PlannedStack(
        file: "\(words[0])_\(words[1]).h5", volcano: String(words[0]), volcanoName: String(words[0]),
        frame: "\(words[1])", grid: grid,
        geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
      return (stack, entry.value)
    }
  }

  private static func sweep(_ folder: URL, workers: Int) throws {
    let ledger = try ledger(folder)
    let plan = try measure("read the plan") { try SweepPlan(ledger, rule: rule) }
    var settings = HostSettings(
      address: "ipc://\(folder.path)/coordinator.sock",
      coordinator: CoordinatorSettings(
        archive: folder.path, modelPath: "", modelSHA256: "", profile: try profile(), batchSize: 1))
    let keys = KeyFolder(folder.appending(path: "keys"))
    _ = try keys.makeServer()
    let known = Set(try keys.entries().map(\.name))
    for slot in 1...workers where !known.contains("bench-\(slot)") {
      try keys.makeWorker(InstantWorker.name(ofSlot: slot))
    }
    settings.remote = try RemoteAccess(listen: "tcp://127.0.0.1:0", keys: keys.url)
    settings.coordinator.sweepID = try ledger.sweepID()
    settings.run = folder
    let mailbox = try Mailbox<LocalWorkerEvent>()
    var log = Logger(label: "bench", factory: { StreamLogHandler.standardError(label: $0) })
    log.logLevel = .warning
    let coordinator = try Coordinator(
      settings: settings, ledger: ledger, epoch: try ledger.beginEpoch(host: "bench", pid: getpid()), plan: plan,
      log: log, report: { _ in })
    guard let address = coordinator.remoteAddress else { throw MessageError("the coordinator has no TCP address") }
    let local = LocalWorkers(
      executable: CommandLine.arguments[0],
      arguments: ["worker", "\(address)", String(getpid()), keys.url.path], environment: [:], logs: folder,
      mailbox: mailbox)
    let signals = try SignalSource([SIGINT, SIGTERM])
    local.start(workers)
    let begun = ContinuousClock.now
    _ = try coordinator.run(
      signals: signals, localWorkers: mailbox, slots: workers, endProcess: { local.kill($0) })
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    local.end(withinSeconds: 5)
    let counts = try ledger.counts()
    guard counts.open == 0 else { throw MessageError("\(counts.open) interferograms are open") }
    print(
      "\(counts.planned) interferograms by \(workers) workers, \(Int(Double(counts.planned) / seconds)) a second")
    try measure("close the ledger") { try ledger.close() }
    printSize(folder)
    let copy = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let target = folder.appending(path: "copy/ledger.sqlite")
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try measure("copy the ledger") { try copy.copyOut(to: target) }
  }

  private static func reduce(_ folder: URL) throws {
    let ledger = try ledger(folder)
    let summary = try measure("reduce and rank") {
      try SweepReduction(ledger: ledger, folder: folder.appending(path: "results"), threshold: nil).write()
    }
    print("\(summary.mapCount) volcanoes with maps, \(summary.candidates.count) candidates")
  }

  @discardableResult private static func measure<Value>(_ what: String, _ body: () throws -> Value) rethrows
    -> Value
  {
    let begun = ContinuousClock.now
    let value = try body()
    print("  \(what): \(format((ContinuousClock.now - begun) / .seconds(1))) s")
    return value
  }

  private static func printSize(_ folder: URL) {
    var status = stat()
    guard stat(folder.appending(path: "ledger.sqlite").path, &status) == 0 else { return }
    print("the ledger has \(status.st_size >> 20) MB")
  }

  private static func format(_ seconds: Double) -> String { String(format: "%.1f", seconds) }

  /// The most memory that this process has had resident.
  private static var peakMegabytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) >> 10
  }
}
