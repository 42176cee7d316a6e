import Foundation

@testable import Synthesis

/// Writes an archive into a folder that lasts as long as its visit.
func withArchive<Result>(
  _ recipe: ArchiveRecipe, form: SyntheticArchive.Form = .licsar, threads: Int, _ body: (URL) throws -> Result
) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "synthesis-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  let archive = SyntheticArchive(recipe: recipe, folder: folder, form: form)
  try archive.prepare(replacing: false)
  try archive.write(threads: threads)
  return try body(folder)
}

/// The bytes of every file below a folder, by path.
func contents(of folder: URL) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
    let file = folder.appending(path: name)
    if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
      files[name] = try Data(contentsOf: file)
    }
  }
  return files
}
