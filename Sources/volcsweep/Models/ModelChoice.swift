import Foundation
import Jobs
import SweepHost

/// A model from the command line: a file, the shipped one, or an entry of a run root's registry.
struct ModelChoice {
  let registry: ModelRegistry

  init(root: URL) {
    registry = ModelRegistry(root: root)
  }

  /// The file that an argument refers to.
  func file(_ word: String) throws -> URL {
    if word == "default" { return URL(fileURLWithPath: try Installation.defaultModel()) }
    return try registry.find(word)
  }

  /// The registry's file for an argument, or for a job's model without one. A model that is not in the registry
  /// is added.
  func file(_ word: String?, or model: Job.Model) throws -> URL {
    let file: URL =
      switch (word, model) {
      case (let word?, _): try self.file(word)
      case (nil, .builtIn): try self.file("default")
      case (nil, .file(let url)): url
      }
    return try registry.add(file).file
  }
}
