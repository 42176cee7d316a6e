import ArgumentParser
import Foundation
import Ledger

/// `volcsweep release`: reopens quarantined interferograms.
struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Releases quarantined interferograms, so that the next sweep of the run tries them again.",
    discussion: """
      Interferograms are quarantined when their workers died or hung each time. Release them when the cause is gone: a \
      machine was repaired, memory was added, a file was ingested again. They are open until the same sweep command is \
      run again, which also tries them. What they were is kept: volcsweep why shows it.

      No sweep of the run may be under way. Where one that was killed left its ledger on a disk of its own (--scratch), \
      run this on its machine. The exit status is 0 when all that were meant are released, also when none is \
      quarantined, and 1 when one is not quarantined, is not in the plan, or the ledger cannot be changed.
      """)

  @Argument(help: "The run folder.")
  var run: String

  @Option(
    name: .customLong("interferogram"), parsing: .upToNextOption,
    help: ArgumentHelp("Names or numbers, as volcsweep why takes them.", valueName: "name"))
  var interferograms: [String] = []

  @Flag(help: "Release all that are quarantined.")
  var all = false

  func validate() throws {
    guard all == interferograms.isEmpty else {
      throw ValidationError("name the interferograms by --interferogram, or release all by --all")
    }
  }

  func run() async throws {
    let (folder, names, all) = (RunFolder(run), interferograms, all)
    do {
      let count = try await onOwnThread("release") { try Self.release(all ? nil : names, in: folder) }
      Terminal.say(
        count == 0
          ? "nothing is quarantined"
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
        description: "\(names?[index] ?? "") is not quarantined; nothing is released")
    }
    let user = ProcessInfo.processInfo.environment["USER"].map { " by \($0.prefix(64))" } ?? ""
    let cause = "released\(user) on \(ProcessInfo.processInfo.hostName)"
    return try ledger.release(quarantined: numbers, cause: cause)
  }
}
