import FileReasons
import Files
import Foundation

/// The file `coordinator.address` in a run folder: where the coordinator listens, for workers that can see the
/// folder. One key with its value per line, mode 0600; it exists while a coordinator runs, and after one was
/// killed.
public struct AddressFile: Equatable, Sendable {
  /// Name of the coordinator's machine.
  public var host: String
  /// The coordinator's process number.
  public var pid: Int32
  /// Endpoint for workers on that machine.
  public var local: String
  /// Endpoint for workers on other machines; `nil` if the coordinator accepts only local ones.
  public var remote: String?

  public init(host: String, pid: Int32, local: String, remote: String?) {
    self.host = host
    self.pid = pid
    self.local = local
    self.remote = remote
  }

  private static let maximumBytes = 4096

  static func url(in run: URL) -> URL { run.appending(path: "coordinator.address") }

  /// Reads the address file of a run.
  ///
  /// - Throws: ``SweepSession/Failure`` if there is none, or it is malformed.
  public init(run: URL) throws {
    let file = Self.url(in: run)
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard descriptor >= 0, let bytes = try? handle.read(upToCount: Self.maximumBytes) else {
      let problem = FileAccess.problem(reading: file.path) ?? "cannot be read"
      throw SweepSession.Failure(
        description: problem == FileAccess.notThere
          ? "\(file.path) does not exist: no coordinator is running, or this is not its run folder"
            + (FileAccess.problem(finding: run.path) == nil ? "" : FileAccess.suggestion(for: run.path))
          : "\(file.path) \(problem)")
    }
    // Anyone who can write the file could direct workers to another coordinator.
    var status = stat()
    guard fstat(handle.fileDescriptor, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw SweepSession.Failure(
        description: "\(file.path) belongs to another user, or others can write it, so it is not trusted")
    }
    var values: [Substring: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2 { values[parts[0]] = String(parts[1]) }
    }
    guard let host = values["host"], let pid = values["pid"].flatMap({ Int32($0) }), let local = values["local"]
    else {
      throw SweepSession.Failure(description: "\(file.path) contains no address of a coordinator")
    }
    self.init(host: host, pid: pid, local: local, remote: values["remote"])
  }

  /// Writes the file atomically, replacing one of an earlier coordinator.
  func write(run: URL) throws {
    let file = Self.url(in: run)
    var text = "host \(host)\npid \(pid)\nlocal \(local)\n"
    if let remote { text += "remote \(remote)\n" }
    do {
      try AtomicFile.replace(file.path, with: Array(text.utf8), permissions: 0o600)
    } catch {
      throw SweepSession.Failure(description: "\(error)")
    }
  }

  static func remove(run: URL) { unlink(url(in: run).path) }

  /// The endpoint for a worker: the local socket on the coordinator's machine; TCP from other machines, or if
  /// the worker has keys.
  ///
  /// - Parameters:
  ///   - host: name of the worker's machine.
  ///   - hasKeys: whether the worker has keys.
  /// - Returns: the endpoint.
  /// - Throws: ``SweepSession/Failure`` if the worker cannot connect, with what is missing.
  public func address(from host: String, hasKeys: Bool) throws -> String {
    if hasKeys {
      guard let remote else {
        throw SweepSession.Failure(
          description: "the coordinator on \(self.host) accepts local workers only; start its sweep with "
            + "--listen tcp://*:PORT, or omit --keys on that machine")
      }
      return remote
    }
    guard host == self.host else {
      throw SweepSession.Failure(
        description: remote == nil
          ? "the coordinator on \(self.host) accepts local workers only, but this machine is \(host); start its sweep "
            + "with --listen tcp://*:PORT"
          : "the coordinator runs on \(self.host), but this machine is \(host): over TCP a worker needs --keys, a folder "
            + "that volcsweep keys created there")
    }
    return local
  }
}
