import Foundation

/// The keys of a sweep's coordinator and its workers, on the coordinator's machine:
///
///     server.secret               the coordinator's, never leaves
///     server.public
///     allowed/NAME.public         who is let in
///     revoked/NAME.public         who was, and is no more
///     workers/NAME/worker.secret  to be copied, as a folder, to where the worker NAME runs
///     workers/NAME/server.public
///
/// Folders have mode 0700, files 0600, and none is ever overwritten.
public struct KeyFolder: Sendable {
  /// What a key may do.
  public enum Standing: String, Sendable {
    case allowed
    case revoked
  }

  /// One worker's key, as it stands.
  public struct Entry: Sendable {
    public let name: String
    public let standing: Standing
    /// `nil` when its file cannot be used, with the reason in ``problem``.
    public let key: PublicKey?
    public let problem: String?
    /// Whether the folder to be copied to the worker is still here.
    public let hasWorkerFolder: Bool
  }

  public let url: URL

  public init(_ url: URL) {
    self.url = url
  }

  public var allowed: URL { url.appending(path: "allowed") }
  private var revoked: URL { url.appending(path: "revoked") }
  private var workers: URL { url.appending(path: "workers") }
  private var serverSecret: URL { url.appending(path: "server.secret") }
  private var serverPublic: URL { url.appending(path: "server.public") }

  /// Whether there are keys here at all.
  public var exists: Bool { FileManager.default.fileExists(atPath: serverSecret.path) }

  /// The folder for a worker's machine.
  public func workerFolder(_ name: WorkerName) -> URL { workers.appending(path: name.text) }

  /// Makes the folder and the coordinator's pair, or finds both there.
  ///
  /// - Returns: whether the pair was made now.
  /// - Throws: ``KeyFileError`` for a folder that is open to others or a pair that cannot be used.
  public func makeServer() throws -> Bool {
    let parent = url.deletingLastPathComponent()
    if !FileManager.default.fileExists(atPath: parent.path) {
      // A run folder that its first sweep has not made yet.
      try FileManager.default.createDirectory(
        at: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    try PrivateFiles.makeFolder(url)
    for folder in [allowed, revoked, workers] { try PrivateFiles.makeFolder(folder) }
    guard !exists else {
      // One that was interrupted between the two files is finished.
      if !FileManager.default.fileExists(atPath: serverPublic.path) {
        try KeyFile.write(KeyPair(secretKey: KeyFile.readSecret(serverSecret)).publicKey, to: serverPublic)
      }
      _ = try serverKeys()
      return false
    }
    let pair = try KeyPair()
    try KeyFile.write(pair.secretKey, to: serverSecret)
    try KeyFile.write(pair.publicKey, to: serverPublic)
    return true
  }

  /// The coordinator's pair.
  ///
  /// - Throws: ``KeyFileError`` when it is missing, open to others, damaged, or its halves do not belong together.
  public func serverKeys() throws -> KeyPair {
    let pair = try KeyPair(secretKey: try KeyFile.readSecret(serverSecret))
    guard try KeyFile.readPublic(serverPublic) == pair.publicKey else {
      throw KeyFileError(.wrongKey, "\(serverPublic.path) is not the public half of \(serverSecret.path)")
    }
    return pair
  }

  /// Makes a worker's pair and lets it in.
  ///
  /// - Throws: ``KeyFileError`` when the name has or had a key.
  public func makeWorker(_ name: WorkerName) throws {
    let server = try serverKeys().publicKey
    let entry = allowed.appending(path: "\(name.text).public")
    for file in [entry, revoked.appending(path: "\(name.text).public")] {
      guard !FileManager.default.fileExists(atPath: file.path) else {
        throw KeyFileError(
          .exists,
          "the worker \(name.text) has a key already: \(file.path); keys are never overwritten, "
            + "choose another name")
      }
    }
    let pair = try KeyPair()
    let folder = workerFolder(name)
    guard mkdir(folder.path, 0o700) == 0 else {
      if errno == EEXIST {
        throw KeyFileError(.exists, "\(folder.path) exists already and is never overwritten; choose another name")
      }
      throw KeyFileError.system("made", folder)
    }
    try KeyFile.write(pair.secretKey, to: folder.appending(path: "worker.secret"))
    try KeyFile.write(server, to: folder.appending(path: "server.public"))
    // Last, so that a key that is let in is always whole.
    try KeyFile.write(pair.publicKey, to: entry)
  }

  /// Lets a worker in no more; a running sweep sees it within a second.
  ///
  /// - Throws: ``KeyFileError`` when it was not let in.
  public func revoke(_ name: WorkerName) throws(KeyFileError) {
    let file = allowed.appending(path: "\(name.text).public")
    try PrivateFiles.check(folder: allowed)
    try PrivateFiles.makeFolder(revoked)
    guard rename(file.path, revoked.appending(path: file.lastPathComponent).path) == 0 else {
      guard errno == ENOENT else { throw KeyFileError.system("revoked", file) }
      let had = FileManager.default.fileExists(atPath: revoked.appending(path: file.lastPathComponent).path)
      throw KeyFileError(
        .missing, had ? "\(name.text) is revoked already" : "\(url.path) lets in nobody called \(name.text)")
    }
  }

  /// Every worker that has or had a key, by name.
  ///
  /// - Throws: ``KeyFileError`` when the folder is missing or open to others.
  public func entries() throws -> [Entry] {
    try PrivateFiles.check(folder: url)
    return try [(allowed, Standing.allowed), (revoked, .revoked)].flatMap { folder, standing in
      try FileManager.default.contentsOfDirectory(atPath: folder.path).compactMap { file -> Entry? in
        guard file.hasSuffix(".public"), let name = try? WorkerName(String(file.dropLast(7))) else { return nil }
        let key = Result { try KeyFile.readPublic(folder.appending(path: file)) }
        let problem: String? = if case .failure(let error) = key { "\(error)" } else { nil }
        return Entry(
          name: name.text, standing: standing, key: try? key.get(), problem: problem,
          hasWorkerFolder: FileManager.default.fileExists(atPath: workerFolder(name).path))
      }
    }.sorted { ($0.name, $0.standing.rawValue) < ($1.name, $1.standing.rawValue) }
  }
}

/// What a worker needs to reach its coordinator: its own pair, and the public key of the one to trust.
public struct WorkerKeys: Sendable {
  public let pair: KeyPair
  public let server: PublicKey

  /// Reads `worker.secret` and `server.public` of a folder that `volcsweep keys` made.
  ///
  /// - Throws: ``KeyFileError`` when one is missing, open to others, not ours or damaged.
  public init(folder: URL) throws {
    pair = try KeyPair(secretKey: try KeyFile.readSecret(folder.appending(path: "worker.secret")))
    server = try KeyFile.readPublic(folder.appending(path: "server.public"))
  }

  public var security: SocketSecurity { .client(pair, server: server) }
}
