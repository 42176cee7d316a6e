import ArgumentParser
import Foundation
import Ledger

/// `volcsweep release`: reopens quarantined interferograms.
struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Releases quarantined interferograms so that the next sweep tries them again.",
    discussion: """
      An interferogram is quarantined if its workers crashed or hung at every attempt. Release it when the cause is \
      fixed: the machine was repaired, memory was added, the file was ingested again. Then run the same sweep command \
      again. The earlier outcome is kept: see volcsweep why.

      No sweep of the run may be running. If a killed sweep left its ledger on a local disk (--scratch), run this \
      command on that machine.

      Exit status: 0 all were released, or none is quarantined; 1 an interferogram is not quarantined or not in the \
      plan, or the ledger cannot be changed.
      """)

  @Argument(help: "Run folder.")
  var run: String

  @Option(
    name: .customLong("interferogram"), parsing: .upToNextOption,
    help: ArgumentHelp("Names or numbers of interferograms, as for volcsweep why.", valueName: "name"))
  var interferograms: [String] = []

  @Flag(help: "Release all quarantined interferograms.")
  var all = false

  func validate() throws {
    guard all == interferograms.isEmpty else {
      throw ValidationError("pass either --interferogram or --all")
    }
  }

  func run() async throws {
    let (folder, names, all) = (RunFolder(run), interferograms, all)
    do {
      let count = try await onOwnThread("release") { try Self.release(all ? nil : names, in: folder) }
      Terminal.say(
        count == 0
          ? "no interferogram is quarantined"
          : "\(count) interferograms released; run the same sweep command again to try them")
    } catch {
      Terminal.say("volcsweep release: \(error)")
      throw ExitStatus.failed
    }
  }

  private static func release(_ names: [String]?, in folder: RunFolder) throws -> Int {
    // Refuse to create a run, before the lock file is created.
    try folder.ledger().close()
    let lock = try RunLock(path: folder.url.appending(path: "coordinator.lock").path)
    defer { withExtendedLifetime(lock) {} }
    return try folder.add(hasLock: true) { try release(names, in: $0) }
  }

  private static func release(_ names: [String]?, in ledger: Ledger) throws -> Int {
    let numbers = try names.map { try $0.map { try ledger.number(ofInterferogram: $0) } }
    let quarantined = Set(try ledger.quarantined())
    if let index = numbers?.firstIndex(where: { !quarantined.contains($0) }) {
      throw Installation.MissingResource(
        description: "\(names?[index] ?? "") is not quarantined; no interferogram was released")
    }
    let user = ProcessInfo.processInfo.environment["USER"].map { " by \($0.prefix(64))" } ?? ""
    let cause = "released\(user) on \(ProcessInfo.processInfo.hostName)"
    return try ledger.release(quarantined: numbers, cause: cause)
  }
}
