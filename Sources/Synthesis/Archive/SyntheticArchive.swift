import Files
import Foundation
import Interferometry
import RasterIO
import Tables

/// Writes a synthetic archive: `licsar/<frame>/…` or `archive/*.h5`, `catalogue.csv`, `truth.csv` and the
/// masks that it names.
public struct SyntheticArchive: Sendable {
  /// The form in which interferograms are written.
  public enum Form: String, Sendable, CaseIterable {
    /// LiCSAR products, to be ingested.
    case licsar
    /// HDF5 stacks, to be swept directly.
    case archive
  }

  /// Parameters of the archive.
  public let recipe: ArchiveRecipe
  /// Folder of the archive.
  public let folder: URL
  /// The form in which interferograms are written.
  public let form: Form

  public init(recipe: ArchiveRecipe, folder: URL, form: Form = .licsar) {
    self.recipe = recipe
    self.folder = folder
    self.form = form
  }

  /// Creates the folder, or empties it if allowed.
  ///
  /// - Parameter replacing: Whether an existing archive may be removed; other files are kept.
  /// - Throws: ``ArchiveFolderError``, also if the folder is not empty and must not be replaced.
  public func prepare(replacing: Bool) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: folder.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw ArchiveFolderError(path: folder.path, problem: .isFile) }
      let present = try ArchiveFolderError.naming(folder) { try files.contentsOfDirectory(atPath: $0.path) }
      guard present.isEmpty || replacing else { throw ArchiveFolderError(path: folder.path, problem: .notEmpty) }
      for name in ["licsar", "archive", "masks", "catalogue.csv", "truth.csv"] where present.contains(name) {
        try ArchiveFolderError.naming(folder.appending(path: name)) { try files.removeItem(at: $0) }
      }
    }
    try ArchiveFolderError.naming(interferograms) {
      try files.createDirectory(at: $0, withIntermediateDirectories: true)
    }
  }

  /// Writes the archive into its prepared folder. Its bytes depend only on the recipe and its elevation
  /// files.
  ///
  /// - Parameters:
  ///   - threads: Number of volcanoes computed at a time, one thread each.
  ///   - progress: Called after each interferogram, on any thread.
  /// - Throws: ``ArchiveFolderError``, ``ElevationError``, or `RasterError`, `StackError` or `FileError` for
  ///   a file that cannot be written.
  public func write(threads: Int, progress: @escaping @Sendable () -> Void = {}) throws {
    let volcanoes = SyntheticVolcano.all(of: recipe)
    let elevations = try recipe.variety.elevationFiles.map { try ElevationRaster(path: $0) }
    let rows = try VolcanoQueue.makeAll(count: volcanoes.count, threads: threads) { index in
      let elevation = elevations.isEmpty ? nil : elevations[index % elevations.count]
      return try truthRows(writing: SyntheticScene(of: volcanoes[index], on: elevation), progress)
    }
    var truth = CommaSeparatedTable(header: TruthTable.header)
    for row in rows.joined() { truth.append(row) }
    for (name, text) in [("truth.csv", truth.text), ("catalogue.csv", catalogue(of: volcanoes))] {
      try AtomicFile.replace(folder.appending(path: name).path, with: Data(text.utf8))
    }
  }

  private var interferograms: URL { folder.appending(path: form.rawValue, directoryHint: .isDirectory) }

  private func truthRows(writing scene: SyntheticScene, _ progress: () -> Void) throws -> [[String]] {
    let volcano = scene.volcano
    let frame = FrameFolder(of: volcano, in: interferograms)
    let stack = form == .archive ? try StackFolder(of: volcano, in: interferograms) : nil
    if stack == nil { try frame.writeMetadata(heightMetres: scene.topography.heightMetres) }
    var rows: [[String]] = []
    try scene.forEachInterferogram { interferogram in
      if let stack { try stack.write(interferogram) } else { try frame.write(interferogram) }
      let mask = try writeMask(of: interferogram, over: volcano)
      rows.append(TruthTable.row(of: interferogram, over: volcano, mask: mask))
      progress()
    }
    try stack?.close()
    return rows
  }

  private func writeMask(of interferogram: SyntheticInterferogram, over volcano: SyntheticVolcano) throws -> String?
  {
    guard interferogram.extent.box != nil else { return nil }
    let name = "masks/\(volcano.frame)/\(interferogram.pair).tif"
    let file = folder.appending(path: name)
    try ArchiveFolderError.naming(file.deletingLastPathComponent()) {
      try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: true)
    }
    try GeoTIFFWriter.write(
      file.path, pixels: .byte(interferogram.extent.mask), grid: volcano.grid, geoTransform: volcano.geoTransform)
    return name
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
