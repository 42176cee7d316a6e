import Files
import Foundation

/// The keys of a sweep's coordinator and its workers, on the coordinator's machine:
///
///     server.secret               the coordinator's secret key, never copied
///     server.public
///     allowed/NAME.public         keys that are accepted
///     revoked/NAME.public         keys that were accepted and are revoked
///     workers/NAME/worker.secret  copy this folder to the machine of the worker NAME
///     workers/NAME/server.public
///
/// Folders have mode 0700, files 0600, and an accepted key is never overwritten. Creating or revoking keys may
/// be interrupted at any step, also by power failure: the same command completes the work.
public struct KeyFolder: Sendable {
  /// State of a worker's key.
  public enum Standing: String, Sendable {
    case allowed
    case revoked
  }

  /// A worker's key and its state.
  public struct Entry: Sendable {
    /// Name of the worker.
    public let name: String
    /// Whether the key is accepted.
    public let standing: Standing
    /// `nil` if its file is unusable, see ``problem``.
    public let key: PublicKey?
    /// Why the file is unusable; `nil` if it is usable.
    public let problem: String?
  }

  /// The folder.
  public let url: URL

  public init(_ url: URL) {
    self.url = url
  }

  /// Folder of the accepted public keys.
  public var allowed: URL { url.appending(path: "allowed") }
  private var revoked: URL { url.appending(path: "revoked") }
  private var workers: URL { url.appending(path: "workers") }
  private var serverSecret: URL { url.appending(path: "server.secret") }
  /// Locked while keys are created or revoked.
  private var lock: URL { url.appending(path: ".lock") }
  private var serverPublic: URL { url.appending(path: "server.public") }

  /// Whether the folder contains keys.
  public var exists: Bool { FileManager.default.fileExists(atPath: serverSecret.path) }

  /// The folder to copy to a worker's machine.
  public func workerFolder(_ name: WorkerName) -> URL { workers.appending(path: name.text) }

  /// Creates the folder and the coordinator's key pair, unless they exist.
  ///
  /// - Returns: whether the pair was created now.
  /// - Throws: ``KeyFileError`` for a folder that others can access, or an unusable pair.
  public func makeServer() throws -> Bool {
    let parent = url.deletingLastPathComponent()
    if !FileManager.default.fileExists(atPath: parent.path) {
      // The first sweep may not have created the run folder yet.
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
      // Complete an interrupted creation.
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

  /// The coordinator's key pair.
  ///
  /// - Throws: ``KeyFileError`` if it is missing, accessible to others, damaged, or its halves do not match.
  public func serverKeys() throws -> KeyPair {
    let pair = try KeyPair(secretKey: try KeyFile.readSecret(serverSecret))
    guard try KeyFile.readPublic(serverPublic) == pair.publicKey else {
      throw KeyFileError(.wrongKey, "\(serverPublic.path) is not the public half of \(serverSecret.path)")
    }
    return pair
  }

  /// Creates and accepts a worker's key pair. Leftovers of an interrupted call are replaced, unless the key was
  /// accepted already.
  ///
  /// - Throws: ``KeyFileError`` if the name has or had a key.
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
    // Written last, so that an accepted key is always complete.
    try KeyFile.write(pair.publicKey, to: entry)
    drafts.removeAll()
  }

  /// Revokes a worker's key; a running sweep sees it within a second. Durable on return.
  ///
  /// - Returns: whether it was accepted until now; `false` if it had been revoked before.
  /// - Throws: ``KeyFileError`` if the name never had a key.
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
    // Also needed if an earlier call was interrupted before this step.
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

  /// All workers that have or had a key, by name.
  ///
  /// - Throws: ``KeyFileError`` if the folder is missing or accessible to others.
  public func entries() throws -> [Entry] {
    try PrivateFiles.check(folder: url)
    return try [(allowed, Standing.allowed), (revoked, .revoked)].flatMap { folder, standing in
      try FileManager.default.contentsOfDirectory(atPath: folder.path).compactMap { file -> Entry? in
        guard file.hasSuffix(".public"), let name = try? WorkerName(String(file.dropLast(7))) else { return nil }
        let key = Result { try KeyFile.readPublic(folder.appending(path: file)) }
        let problem: String? = if case .failure(let error) = key { "\(error)" } else { nil }
        return Entry(
          name: name.text, standing: standing, key: try? key.get(), problem: problem)
      }
    }.sorted { ($0.name, $0.standing.rawValue) < ($1.name, $1.standing.rawValue) }
  }
}

/// Keys that a worker needs to connect: its own pair, and the coordinator's public key.
public struct WorkerKeys: Sendable {
  /// The worker's key pair.
  public let pair: KeyPair
  /// The coordinator's public key.
  public let server: PublicKey

  /// Reads `worker.secret` and `server.public` of a folder made by `volcsweep keys`.
  ///
  /// - Throws: ``KeyFileError`` if one is missing, accessible to others, of another user, or damaged.
  public init(folder: URL) throws {
    pair = try KeyPair(secretKey: try KeyFile.readSecret(folder.appending(path: "worker.secret")))
    server = try KeyFile.readPublic(folder.appending(path: "server.public"))
  }

  /// Security settings for the worker's socket.
  public var security: SocketSecurity { .client(pair, server: server) }
}
