import Foundation
import Jobs
import SweepHost

/// A model as the command line names it: a file, the one that is shipped, or one of a run root's registry.
struct ModelChoice {
  let registry: ModelRegistry

  init(root: URL) {
    registry = ModelRegistry(root: root)
  }

  /// The file that a word means.
  func file(_ word: String) throws -> URL {
    if word == "default" { return URL(fileURLWithPath: try Installation.defaultModel()) }
    return try registry.find(word)
  }

  /// The registry's own file of what a word means, or of a job's model where no word is given. A model that is not there
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
