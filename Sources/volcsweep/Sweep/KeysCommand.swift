import ArgumentParser
import Foundation
import Names
import Transport

/// `volcsweep keys`: manages the keys of workers on other machines.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Creates, lists and revokes the keys of workers on other machines.",
    discussion: """
      Connections over TCP are encrypted, and both ends authenticate with keys. A sweep that listens on TCP therefore \
      needs a folder of keys (default: RUN/keys). Workers on the coordinator's machine need no keys.

        volcsweep keys RUN/keys --worker node17        (coordinator: create the keys)
        scp -rp RUN/keys/workers/node17 node17:keys    (copy one worker's folder)
        volcsweep sweep job.yaml --listen tcp://*:5555 (coordinator)
        volcsweep worker tcp://HOST:5555 --keys keys   (node17, once for each core)

      If both machines share the run folder, nothing needs to be copied: \
      volcsweep worker --run RUN --keys RUN/keys/workers/node17.

      The folder contains server.secret (never copy it), server.public, allowed/NAME.public (authorised workers), \
      workers/NAME (the folder to copy) and revoked/NAME.public. Only you may read or write it. A key is never \
      overwritten, and a revoked name cannot be used again. Changes take effect in a running sweep within a second.
      """)

  @Argument(help: ArgumentHelp("Folder of keys; created if it does not exist.", valueName: "folder"))
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Create a key for a worker, or for several on one machine. May be repeated.", valueName: "name"))
  var worker: [String] = []

  @Option(help: ArgumentHelp("Create the missing keys of worker-1 to worker-N.", valueName: "n"))
  var workers: Int?

  @Flag(help: "List authorised and revoked workers.")
  var list = false

  @Option(help: ArgumentHelp("Revoke the key of this worker. May be repeated.", valueName: "name"))
  var revoke: [String] = []

  private static let maximumWorkers = 10_000

  func validate() throws {
    if let workers, !(1...Self.maximumWorkers).contains(workers) {
      throw ValidationError("--workers is \(workers), but must be between 1 and \(Self.maximumWorkers)")
    }
    guard !(list || !revoke.isEmpty) || (worker.isEmpty && workers == nil) else {
      throw ValidationError("--worker and --workers cannot be combined with --list or --revoke")
    }
  }

  func run() throws {
    do {
      let keys = KeyFolder(URL(fileURLWithPath: folder))
      if list || !revoke.isEmpty {
        for name in try revoke.map(WorkerName.init) {
          try checkExists(name, in: keys)
          print("\(name.text) \(try keys.revoke(name) ? "is revoked" : "was already revoked")")
        }
        if list { try printEntries(of: keys) }
      } else {
        try makeKeys(in: keys)
      }
    } catch {
      Terminal.say("volcsweep keys: \(error)", .error)
      throw ExitStatus.failed
    }
  }

  private func makeKeys(in keys: KeyFolder) throws {
    // Validate every name before creating any key.
    let named = try worker.map { try WorkerName($0) }
    let numbered = try (0..<(workers ?? 0)).map { try WorkerName("worker-\($0 + 1)") }
    let isNew = try keys.makeServer()
    print("\(isNew ? "created" : "found") the coordinator's keys in \(keys.url.path)")
    let known = Set(try keys.entries().map(\.name))
    for name in named + numbered.filter({ !known.contains($0.text) }) {
      try keys.makeWorker(name)
      print("created the keys of \(name.text): copy \(keys.workerFolder(name).path) to its machine")
    }
  }

  /// A name that is not known has no key to revoke.
  private func checkExists(_ name: WorkerName, in keys: KeyFolder) throws {
    let known = (try? keys.entries())?.map(\.name) ?? []
    let question = NearNames.question(name.text, among: known)
    guard !known.contains(name.text), !question.isEmpty else { return }
    throw Installation.MissingResource(
      description: "\(keys.url.path) has no key of a worker called \(name.text)\(question)")
  }

  private func printEntries(of keys: KeyFolder) throws {
    print("coordinator  \(try keys.serverKeys().publicKey)")
    for entry in try keys.entries() {
      print("\(entry.name)  \(entry.standing.rawValue)  \(entry.key.map { "\($0)" } ?? entry.problem ?? "")")
    }
  }
}
