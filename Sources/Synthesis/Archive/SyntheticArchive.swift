import Foundation
import Interferometry
import Tables

/// Writes whole synthetic archives: `licsar/<frame>/…`, `catalogue.csv` and `truth.csv`.
public struct SyntheticArchive: Sendable {
  public let recipe: ArchiveRecipe
  /// The archive's folder.
  public let folder: URL

  public init(recipe: ArchiveRecipe, folder: URL) {
    self.recipe = recipe
    self.folder = folder
  }

  /// Makes the folder ready: it is created where it does not exist.
  /// - Parameter replacing: whether an archive that is there already may be removed; other files are left alone.
  /// - Throws: ``ArchiveFolderError`` where the folder is not empty and nothing may be replaced.
  public func prepare(replacing: Bool) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: folder.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw ArchiveFolderError(path: folder.path, problem: .isFile) }
      let present = try files.contentsOfDirectory(atPath: folder.path)
      guard present.isEmpty || replacing else { throw ArchiveFolderError(path: folder.path, problem: .notEmpty) }
      for name in ["licsar", "catalogue.csv", "truth.csv"] where present.contains(name) {
        try files.removeItem(at: folder.appending(path: name))
      }
    }
    try files.createDirectory(at: licsar, withIntermediateDirectories: true)
  }

  /// Writes the archive into its prepared folder. Its bytes depend on the recipe alone.
  /// - Parameters:
  ///   - threads: how many volcanoes are made at a time, each on a thread of its own.
  ///   - progress: called after each interferogram, on any thread.
  /// - Throws: `RasterError`, `FileError` or Foundation's errors where a file cannot be written.
  public func write(threads: Int, progress: @escaping @Sendable () -> Void = {}) throws {
    let volcanoes = SyntheticVolcano.all(of: recipe)
    let rows = try VolcanoQueue.makeAll(count: volcanoes.count, threads: threads) { index in
      try truthRows(writing: volcanoes[index], progress)
    }
    var truth = CommaSeparatedTable(header: TruthTable.header)
    for row in rows.joined() { truth.append(row) }
    try Data(truth.text.utf8).write(to: folder.appending(path: "truth.csv"), options: .atomic)
    try Data(catalogue(of: volcanoes).utf8).write(to: folder.appending(path: "catalogue.csv"), options: .atomic)
  }

  private var licsar: URL { folder.appending(path: "licsar", directoryHint: .isDirectory) }

  private func truthRows(writing volcano: SyntheticVolcano, _ progress: () -> Void) throws -> [[String]] {
    let scene = SyntheticScene(of: volcano)
    let frame = FrameFolder(of: volcano, in: licsar)
    try frame.writeMetadata(heightMetres: scene.topography.heightMetres)
    var rows: [[String]] = []
    try scene.forEachInterferogram { interferogram in
      try frame.write(interferogram)
      rows.append(TruthTable.row(of: interferogram, over: volcano))
      progress()
    }
    return rows
  }

  private func catalogue(of volcanoes: [SyntheticVolcano]) -> String {
    var table = CommaSeparatedTable(header: ["number", "name", "latitude", "longitude"])
    for volcano in volcanoes.map(\.volcano) {
      table.append(
        [
          volcano.number.map { String($0) } ?? "", volcano.name, String(volcano.latitudeDegrees),
          String(volcano.longitudeDegrees),
        ])
    }
    return table.text
  }
}

/// Why an archive cannot be written into a folder.
public struct ArchiveFolderError: Error, Hashable, CustomStringConvertible {
  public enum Problem: Hashable, Sendable { case isFile, notEmpty }

  public let path: String
  public let problem: Problem

  public var description: String {
    switch problem {
    case .isFile: "\(path) is a file; name a folder that does not exist yet or is empty"
    case .notEmpty: "\(path) is not empty; name another folder, or pass --force to replace the archive in it"
    }
  }
}
