import Crypto
import FileReasons
import Files
import Foundation
import Hashing
import Names
import NeuralNetwork

/// The models of a run root, in its folder `models`: each a file under the SHA-256 of its bytes, so that whatever a score
/// names as its model can be found again.
public struct ModelRegistry: Sendable {
  /// One of them.
  public struct Entry: Sendable {
    /// SHA-256 of the file's bytes, hexadecimal.
    public let sha256: String
    public let file: URL
    /// As the model says.
    public let name: String
    public let version: String
    public let bytes: Int
    public let added: Date
  }

  /// Why a model cannot be added or found.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let folder: URL

  /// - Parameter root: the folder of runs.
  public init(root: URL) {
    folder = root.appending(path: "models")
  }

  /// The registry that a run's models are in.
  public init(ofRun run: URL) {
    self.init(root: run.standardizedFileURL.deletingLastPathComponent())
  }

  /// Adds a model that can be run; one that is there already stays as it is.
  ///
  /// - Throws: `ModelError`, ``Failure``, or what the file system says.
  @discardableResult
  public func add(_ file: URL) throws -> Entry {
    let bytes = try Self.bytes(of: file)
    _ = try ModelFile(bytes: bytes, file: file.path)
    let hash = Self.sha256(bytes)
    // Whoever finds it by its name finds these bytes.
    let target = folder.appending(path: "\(hash).\(Self.suffix(file))")
    let known = try names().filter { $0.hasPrefix(hash) }.map { folder.appending(path: $0) }
    for place in known {
      if let found = try? Self.bytes(of: place), Self.sha256(found) == hash { return try entry(place) }
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    TemporaryFiles.removeStale(in: folder.path, isLocked: false)
    try AtomicFile.replace(target.path, with: bytes, permissions: 0o666)
    // Damaged ones go when the whole one is there.
    for place in known where place.lastPathComponent != target.lastPathComponent { unlink(place.path) }
    return try entry(target)
  }

  /// All models, by name, version, then hash; and what lies there that is none, with the reason.
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

  /// The file that a word means: a path, the beginning of a SHA-256 (six digits or more), or the name of a model, with its
  /// version behind a space where there are several.
  ///
  /// - Throws: ``Failure`` where it means none or several, or a file's bytes are not those of its name.
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
    guard try Self.sha256(Self.bytes(of: model.file)) == model.sha256 else {
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
      // Read, not mapped: a file that another machine cuts short would end this process.
      return [UInt8](try Data(contentsOf: file))
    } catch {
      let problem = FileAccess.problem(naming: file.path) ?? "cannot be read: \(SystemReason.reason(error))"
      throw Failure(description: "\(file.path) \(problem)")
    }
  }

  static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).hexadecimal
  }
}
