import Files
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
/// Folders have mode 0700, files 0600, and no key that was let in is ever overwritten. What makes or revokes keys can be
/// killed, or lose its power, between any two steps: the same command completes the work.
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
  /// Held while keys are made or revoked.
  private var lock: URL { url.appending(path: ".lock") }
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
    try PrivateFiles.check(parent: parent)
    try PrivateFiles.makeFolder(url)
    let lock = try locked()
    defer { withExtendedLifetime(lock) {} }
    for folder in [allowed, revoked, workers] { try PrivateFiles.makeFolder(folder) }
    for folder in [url, allowed] { PrivateFiles.removeDrafts(in: folder) }
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
    FileStep.reach(.serverKeyHalf)
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

  /// Makes a worker's pair and lets it in. What an interrupted call left of a key that was not let in yet is replaced.
  ///
  /// - Throws: ``KeyFileError`` when the name has or had a key.
  public func makeWorker(_ name: WorkerName) throws {
    let lock = try locked()
    defer { withExtendedLifetime(lock) {} }
    let server = try serverKeys().publicKey
    let entry = allowed.appending(path: "\(name.text).public")
    for file in [entry, revoked.appending(path: "\(name.text).public")] {
      guard !FileManager.default.fileExists(atPath: file.path) else {
        throw KeyFileError(
          .exists,
          "the worker \(name.text) already has a key: \(file.path); keys are never overwritten, "
            + "choose another name")
      }
    }
    let drafts = WorkerKeyDrafts(workers: workers)
    drafts.removeAll()
    let pair = try KeyPair()
    let draft = drafts.folder(name)
    try PrivateFiles.makeFolder(draft)
    try KeyFile.write(pair.secretKey, to: draft.appending(path: "worker.secret"))
    FileStep.reach(.workerKeyHalf)
    try KeyFile.write(server, to: draft.appending(path: "server.public"))
    let folder = workerFolder(name)
    try drafts.putAside(folder)
    FileStep.reach(.workerKeyAside)
    guard rename(draft.path, folder.path) == 0 else { throw KeyFileError.system("made", folder) }
    try PrivateFiles.synchronize(folder: workers)
    FileStep.reach(.workerKeyNotAllowed)
    // Last, so that a key that is let in is always whole.
    try KeyFile.write(pair.publicKey, to: entry)
    drafts.removeAll()
  }

  /// Rejects a worker from now on; a running sweep sees it within a second. Durable when this returns.
  ///
  /// - Returns: whether it was authorised until now; `false` when it was revoked before.
  /// - Throws: ``KeyFileError`` when it never had a key.
  @discardableResult
  public func revoke(_ name: WorkerName) throws -> Bool {
    try PrivateFiles.check(folder: url)
    let lock = try locked()
    defer { withExtendedLifetime(lock) {} }
    let file = allowed.appending(path: "\(name.text).public")
    try PrivateFiles.check(folder: allowed)
    try PrivateFiles.makeFolder(revoked)
    let target = revoked.appending(path: file.lastPathComponent)
    let isNew = rename(file.path, target.path) == 0
    if !isNew {
      guard errno == ENOENT else { throw KeyFileError.system("revoked", file) }
      guard FileManager.default.fileExists(atPath: target.path) else {
        throw KeyFileError(.missing, "\(url.path) has no key of a worker called \(name.text)")
      }
    }
    FileStep.reach(.keyRevoked)
    // Also when an earlier call was killed before it came to this.
    for folder in [revoked, allowed] { try PrivateFiles.synchronize(folder: folder) }
    return isNew
  }

  private func locked() throws -> FolderLock {
    do {
      return try FolderLock(lock.path, waitingSeconds: 10)
    } catch {
      throw KeyFileError(.system, "the keys cannot be changed at the moment: \(error)")
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
