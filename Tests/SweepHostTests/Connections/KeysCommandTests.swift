import Foundation
import Testing

/// `volcsweep keys` as its users run it.
@Suite(.serialized) struct KeysCommandTests {
  private let bench: SweepBench
  private var keys: String { bench.folder.appending(path: "keys").path }

  init() throws {
    bench = try SweepBench(stacks: 0, pairs: 0)
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: "\(keys)/\(path)")[.posixPermissions] as? Int
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(keys)/\(path)")) }

  @Test func keysAreMadeForTheirOwnerAloneWhateverTheMask() throws {
    let made = try bench.run(["keys", keys, "--worker", "node17", "--worker", "node18"], mask: "0")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("copy \(keys)/workers/node17 to its machine"))
    for folder in ["", "allowed", "revoked", "workers", "workers/node17"] { #expect(try mode(folder) == 0o700) }
    for file in [
      "server.secret", "server.public", "allowed/node17.public", "allowed/node18.public",
      "workers/node17/worker.secret", "workers/node17/server.public",
    ] { #expect(try mode(file) == 0o600, "\(file)") }
  }

  @Test func nothingIsOverwrittenAndNewWorkersCanBeAddedLater() throws {
    #expect(try bench.run(["keys", keys, "--workers", "2"]).status == 0)
    let (server, worker) = (try bytes("server.secret"), try bytes("workers/worker-1/worker.secret"))
    let more = try bench.run(["keys", keys, "--workers", "3"])
    #expect(more.status == 0)
    #expect(more.output.contains("worker-3") && !more.output.contains("worker-2"))
    let again = try bench.run(["keys", keys, "--worker", "worker-1"])
    #expect(again.status == 1 && again.errors.contains("never overwritten"), "\(again.errors)")
    #expect(try bytes("server.secret") == server)
    #expect(try bytes("workers/worker-1/worker.secret") == worker)
  }

  @Test func theListNamesAuthorisedKeysAndShowsNoSecret() throws {
    #expect(try bench.run(["keys", keys, "--workers", "2"]).status == 0)
    #expect(try bench.run(["keys", keys, "--revoke", "worker-1"]).status == 0)
    let list = try bench.run(["keys", keys, "--list"])
    #expect(list.status == 0)
    let lines = list.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines[1].hasPrefix("worker-1  revoked  ") && lines[2].hasPrefix("worker-2  allowed  "))
    for file in ["server.secret", "workers/worker-2/worker.secret"] {
      let secret = String(decoding: try bytes(file), as: UTF8.self).split(separator: " ")[3]
      #expect(secret.count == 40 && !list.output.contains(secret))
    }
  }

  @Test(arguments: [
    "keys.linked", "keys.linked@2", "keys.linked@3", "keys.linked@4", "keys.linked@5", "keys.linked@6",
    "keys.serverHalf",
    "keys.workerHalf", "keys.workerHalf@2", "keys.workerAside", "keys.workerAside@2", "keys.workerNotAllowed",
    "keys.workerNotAllowed@2",
  ])
  func keysAreMadeByTheSameCommandWhereverTheFirstOneWasKilled(_ step: String) throws {
    bench.furtherEnvironment = ["VOLCSWEEP_FILE_STEP": step]
    let killed = try bench.run(["keys", keys, "--workers", "2"])
    bench.furtherEnvironment = [:]
    #expect(killed.status == SIGKILL, "not killed: \(killed)")
    let again = try bench.run(["keys", keys, "--workers", "2"])
    #expect(again.status == 0, "\(again.errors)")
    let list = try bench.run(["keys", keys, "--list"])
    #expect(list.output.split(separator: "\n").count == 3, "\(list)")
    let names = try FileManager.default.subpathsOfDirectory(atPath: keys).filter { $0.contains("/.") }
    #expect(names == [])
    for worker in ["worker-1", "worker-2"] {
      #expect(try bytes("workers/\(worker)/server.public") == bytes("server.public"))
    }
  }

  @Test func revokingGoesOnWhereItWasKilled() throws {
    #expect(try bench.run(["keys", keys, "--workers", "3"]).status == 0)
    let arguments = ["keys", keys, "--revoke", "worker-1", "--revoke", "worker-2"]
    bench.furtherEnvironment = ["VOLCSWEEP_FILE_STEP": "keys.revoked"]
    let killed = try bench.run(arguments)
    bench.furtherEnvironment = [:]
    #expect(killed.status == SIGKILL, "not killed: \(killed)")
    let again = try bench.run(arguments)
    #expect(again.status == 0 && again.output.contains("worker-2 is revoked"), "\(again)")
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(keys)/allowed")
    #expect(left == ["worker-3.public"])
  }

  @Test func mistakesAreNamedAndChangeNothing() throws {
    let bad = try bench.run(["keys", keys, "--worker", "good", "--worker", "../evil"])
    #expect(bad.status == 1 && bad.errors.contains("../evil"))
    #expect(!FileManager.default.fileExists(atPath: keys))
    #expect(try bench.run(["keys", keys, "--workers", "0"]).status == 64)
    #expect(try bench.run(["keys", keys, "--list", "--worker", "a"]).status == 64)
    #expect(try bench.run(["keys", keys]).status == 0)
    let nobody = try bench.run(["keys", keys, "--revoke", "nobody"])
    #expect(
      nobody.status == 1 && nobody.errors.contains("has no key of a worker called nobody"), "\(nobody.errors)")
    chmod(keys, 0o750)
    let open = try bench.run(["keys", keys, "--list"])
    #expect(open.status == 1 && open.errors.contains("chmod 700"), "\(open.errors)")
  }
}
