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
  /// - Throws: ``ArchiveFolderError``, also where the folder is not empty and nothing may be replaced.
  public func prepare(replacing: Bool) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: folder.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw ArchiveFolderError(path: folder.path, problem: .isFile) }
      let present = try ArchiveFolderError.naming(folder) { try files.contentsOfDirectory(atPath: $0.path) }
      guard present.isEmpty || replacing else { throw ArchiveFolderError(path: folder.path, problem: .notEmpty) }
      for name in ["licsar", "catalogue.csv", "truth.csv"] where present.contains(name) {
        try ArchiveFolderError.naming(folder.appending(path: name)) { try files.removeItem(at: $0) }
      }
    }
    try ArchiveFolderError.naming(licsar) { try files.createDirectory(at: $0, withIntermediateDirectories: true) }
  }

  /// Writes the archive into its prepared folder. Its bytes depend on the recipe alone.
  /// - Parameters:
  ///   - threads: how many volcanoes are made at a time, each on a thread of its own.
  ///   - progress: called after each interferogram, on any thread.
  /// - Throws: ``ArchiveFolderError``, or `RasterError` or `FileError` for a raster that cannot be written.
  public func write(threads: Int, progress: @escaping @Sendable () -> Void = {}) throws {
    let volcanoes = SyntheticVolcano.all(of: recipe)
    let rows = try VolcanoQueue.makeAll(count: volcanoes.count, threads: threads) { index in
      try truthRows(writing: volcanoes[index], progress)
    }
    var truth = CommaSeparatedTable(header: TruthTable.header)
    for row in rows.joined() { truth.append(row) }
    for (name, text) in [("truth.csv", truth.text), ("catalogue.csv", catalogue(of: volcanoes))] {
      try ArchiveFolderError.naming(folder.appending(path: name)) {
        try Data(text.utf8).write(to: $0, options: .atomic)
      }
    }
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
