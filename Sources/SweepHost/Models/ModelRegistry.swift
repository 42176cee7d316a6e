import FileReasons
import Files
import Foundation
import Hashing
import Names
import NeuralNetwork

/// The models of a run root, in the folder `models`: files named after the SHA-256 of their bytes, so that the
/// model of every score can be found again.
public struct ModelRegistry: Sendable {
  /// A model in the registry.
  public struct Entry: Sendable {
    /// SHA-256 of the file's bytes, hexadecimal.
    public let sha256: String
    /// The model file.
    public let file: URL
    /// The model's name, from its metadata.
    public let name: String
    /// The model's version, from its metadata.
    public let version: String
    /// Size of the file, bytes.
    public let bytes: Int
    /// When it was added.
    public let added: Date
  }

  /// A model cannot be added or found.
  public struct Failure: Error, CustomStringConvertible {
    /// The reason, for the user.
    public let description: String
  }

  /// The folder `models`.
  public let folder: URL

  /// - Parameter root: the folder that contains the runs.
  public init(root: URL) {
    folder = root.appending(path: "models")
  }

  /// The registry that belongs to a run.
  public init(ofRun run: URL) {
    self.init(root: run.standardizedFileURL.deletingLastPathComponent())
  }

  /// Adds a model after checking that it can be run; an existing entry is unchanged.
  ///
  /// - Throws: `ModelError`, ``Failure``, or errors of the file system.
  @discardableResult
  public func add(_ file: URL) throws -> Entry {
    let bytes = try Self.bytes(of: file)
    _ = try ModelFile(bytes: bytes, file: file.path)
    let hash = sha256Hex(of: bytes)
    // Whoever finds it by its name finds these bytes.
    let target = folder.appending(path: "\(hash).\(Self.suffix(file))")
    let known = try names().filter { $0.hasPrefix(hash) }.map { folder.appending(path: $0) }
    for file in known {
      if let found = try? Self.bytes(of: file), sha256Hex(of: found) == hash { return try entry(file) }
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    TemporaryFiles.removeStale(in: folder.path, isLocked: false)
    try AtomicFile.replace(target.path, with: bytes, permissions: 0o666)
    // Damaged copies are removed once the intact one is there.
    for file in known where file.lastPathComponent != target.lastPathComponent { unlink(file.path) }
    return try entry(target)
  }

  /// All models, by name, version, then hash; and other files in the folder, with the reason why they are not
  /// models.
  public func entries() throws -> (models: [Entry], others: [(file: String, reason: String)]) {
    var models: [Entry] = []
    var others: [(file: String, reason: String)] = []
    for name in try names() {
      do {
        models.append(try entry(folder.appending(path: name)))
      } catch {
        others.append((name, SystemReason.text(error)))
      }
    }
    return (models.sorted { ($0.name, $0.version, $0.sha256) < ($1.name, $1.version, $1.sha256) }, others)
  }

  /// Looks up a model by a path, the beginning of a SHA-256 (six digits or more), or the model's name, followed
  /// by a space and the version if there are several.
  ///
  /// - Throws: ``Failure`` for no or several matches, or if a file's bytes do not match its name.
  public func find(_ word: String) throws -> URL {
    if FileManager.default.fileExists(atPath: word) { return URL(fileURLWithPath: word) }
    let models = try entries().models
    let isHash = word.count >= 6 && word.allSatisfy { $0.isHexDigit }
    let meant = models.filter { model in
      isHash && model.sha256.hasPrefix(word.lowercased()) || model.name == word
        || "\(model.name) \(model.version)" == word
    }
    guard let model = meant.first else {
      let known = models.map { "\($0.name) \($0.version) (\($0.sha256.prefix(12)))" }.joined(separator: ", ")
      let near = NearNames.misspelt(word, among: ["default"] + models.map(\.name))
      let question = near.isEmpty ? FileAccess.suggestion(for: word) : NearNames.question(near)
      let way = known.isEmpty ? "; add one with volcsweep model add" : "; it has \(known)"
      throw Failure(
        description: "there is no file \(word), and no such model in \(folder.path)"
          + (question.isEmpty ? way : question))
    }
    guard meant.count == 1 else {
      throw Failure(
        description: "\(word) is ambiguous in \(folder.path): "
          + meant.map { "\($0.name) \($0.version) (\($0.sha256.prefix(12)))" }.joined(separator: ", "))
    }
    guard try sha256Hex(of: Self.bytes(of: model.file)) == model.sha256 else {
      throw Failure(description: "\(model.file.path) does not match the SHA-256 in its name; add the model again")
    }
    return model.file
  }

  private func names() throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
  }

  private func entry(_ file: URL) throws -> Entry {
    let hash = file.deletingPathExtension().lastPathComponent
    guard hash.count == 64, hash.allSatisfy({ $0.isHexDigit }) else {
      throw Failure(description: "its name is not a SHA-256")
    }
    let model = try ModelFile(contentsOf: file)
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    return Entry(
      sha256: hash, file: file, name: model.metadata.name, version: model.metadata.version,
      bytes: attributes[.size] as? Int ?? 0, added: attributes[.modificationDate] as? Date ?? .distantPast)
  }

  private static func suffix(_ file: URL) -> String {
    file.pathExtension.lowercased() == "safetensors" ? "safetensors" : "onnx"
  }

  private static func bytes(of file: URL) throws -> [UInt8] {
    do {
      // Read, not mapped: truncation by another machine would kill this process.
      return [UInt8](try Data(contentsOf: file))
    } catch {
      let problem = FileAccess.problem(naming: file.path) ?? "cannot be read: \(SystemReason.reason(error))"
      throw Failure(description: "\(file.path) \(problem)")
    }
  }
}
