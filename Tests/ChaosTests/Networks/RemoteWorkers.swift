import Foundation

/// What workers of other machines need: an address that the coordinator listens at, and keys.
struct RemoteWorkers {
  let address: StreamAddress
  private let keys: URL

  /// Finds a free port at an address of this machine and makes keys.
  ///
  /// - Throws: ``NotPossible`` when no keys can be made.
  init(at host: String, bench: ChaosBench) throws {
    let (descriptor, address) = try StreamAddress.tcp(host, port: 0).listen()
    close(descriptor)
    self.address = address
    keys = bench.folder.appending(path: "keys")
    try SystemTool.run([ChaosSettings.executable, "keys", keys.path, "--workers", "\(ChaosSettings.workers)"])
  }

  /// What a sweep of nothing but remote workers is started with, besides its job.
  var sweepArguments: [String] { ["--listen", address.description, "--keys", keys.path, "--workers", "0"] }

  /// What a worker is started with. The numbers start at 1; it connects to the coordinator itself unless told of
  /// another address.
  func workerArguments(_ number: Int, address other: StreamAddress? = nil) -> [String] {
    let own = keys.appending(path: "workers/worker-\(number)").path
    return ["worker", (other ?? address).description, "--keys", own]
  }
}
