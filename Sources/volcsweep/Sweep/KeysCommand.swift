import ArgumentParser
import Foundation
import Transport

/// `volcsweep keys`: manages the keys of workers on other machines.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Makes, lists and revokes the keys that workers on other machines prove themselves with.",
    discussion: """
      Workers on the coordinator's own machine need no keys. Over TCP both ends prove who they are and everything \
      is encrypted, so a sweep that listens there needs a folder of keys; RUN/keys is where it looks by itself.

        volcsweep keys RUN/keys --worker node17          make the keys, on the coordinator's machine
        scp -rp RUN/keys/workers/node17 node17:keys      take one worker's folder to its machine
        volcsweep sweep job.yaml --listen tcp://*:5555   on the coordinator's machine
        volcsweep worker tcp://HOST:5555 --keys keys     on node17, once for each core

      Where the run folder lies on a file system that both machines see there is nothing to copy: \
      volcsweep worker --run RUN --keys RUN/keys/workers/node17.

      The folder holds server.secret, which never leaves it; server.public; allowed/NAME.public, who is let in; \
      workers/NAME, what to copy; revoked/NAME.public. Nobody but you may read or write it. A key is never \
      overwritten, and a name that was revoked is not given again. Keys that are made or revoked during a sweep count \
      within a second.
      """)

  @Argument(help: ArgumentHelp("The folder of keys; made if it is not there.", valueName: "folder"))
  var folder: String

  @Option(
    help: ArgumentHelp("Make a key for a worker, or several of one machine; may be repeated.", valueName: "name"))
  var worker: [String] = []

  @Option(help: ArgumentHelp("Make keys for worker-1 to worker-N, where there are none yet.", valueName: "n"))
  var workers: Int?

  @Flag(help: "Say who is let in, and who was revoked.")
  var list = false

  @Option(help: ArgumentHelp("Let this worker in no more; may be repeated.", valueName: "name"))
  var revoke: [String] = []

  private static let maximumWorkers = 10_000

  func validate() throws {
    if let workers, !(1...Self.maximumWorkers).contains(workers) {
      throw ValidationError("the number of workers is \(workers), but must be from 1 to \(Self.maximumWorkers)")
    }
    guard !(list || !revoke.isEmpty) || (worker.isEmpty && workers == nil) else {
      throw ValidationError("make keys, or list and revoke them: not both at once")
    }
  }

  func run() throws {
    do {
      let keys = KeyFolder(URL(fileURLWithPath: folder))
      if list || !revoke.isEmpty {
        for name in try revoke.map(WorkerName.init) {
          print("\(name.text) \(try keys.revoke(name) ? "is revoked" : "was revoked before")")
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
    print("\(isNew ? "made" : "found") the coordinator's keys in \(keys.url.path)")
    let known = Set(try keys.entries().map(\.name))
    for name in named + numbered.filter({ !known.contains($0.text) }) {
      try keys.makeWorker(name)
      print("made the keys of \(name.text): take \(keys.workerFolder(name).path) to its machine")
    }
  }

  private func printEntries(of keys: KeyFolder) throws {
    print("coordinator  \(try keys.serverKeys().publicKey)")
    for entry in try keys.entries() {
      print("\(entry.name)  \(entry.standing.rawValue)  \(entry.key.map { "\($0)" } ?? entry.problem ?? "")")
    }
  }
}
