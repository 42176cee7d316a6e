import FileReasons
import Foundation
import Interferometry

/// A folder of LiCSAR products of one frame: its interferograms and metadata files.
public struct ProductFolder: Hashable, Sendable {
  /// The products of one pair of dates.
  public struct PairFiles: Hashable, Sendable {
    /// Primary and secondary date.
    public let pair: DatePair
    /// Path of the wrapped phase; the file may be missing.
    public let phase: String
    /// Path of the coherence; `nil` if there is none.
    public let coherence: String?
  }

  /// Path of the folder that contains the pairs.
  public let path: String
  /// Name of the frame, from folder names or metadata; `nil` if unknown.
  public let frame: String?
  /// For a crop from the volcano portal: the volcano's name in the file names.
  public let portalVolcano: String?
  /// In order of the dates, each pair once.
  public let pairs: [PairFiles]
  /// Path of LiCSAR's file `baselines`, if there is one.
  public let baselines: String?
  /// Path of LiCSAR's file `metadata.txt`, if there is one.
  public let metadata: String?
}

/// Finds folders of LiCSAR products.
public struct ProductSearch: Sendable {
  /// Largest depth below an input at which folders are searched.
  public static let depthLimit = 6

  /// A folder or file that gave no products.
  public struct Problem: Hashable, Sendable {
    /// Path of the folder or file.
    public let path: String
    /// Why it gave no products, for the user.
    public let reason: String
  }

  /// Result of a search.
  public struct Result: Sendable {
    /// Folders with products, in order of their paths.
    public var folders: [ProductFolder] = []
    /// What could not be read or is not a product.
    public var problems: [Problem] = []
  }

  /// Searches an input and its subfolders, in the order of their names:
  ///
  /// - pairs as folders: `GEOC/<pair>/<pair>.geo.diff_pha.tif`, `<frame>/interferograms/<pair>/…`;
  /// - pairs as files: `<volcano>_<frame>/tif/<volcano>_<pair>.geo.diff_pha.tif`.
  ///
  /// - Parameter input: A folder that contains pairs, or any folder above it.
  /// - Returns: the folders that contain pairs, and problems.
  public static func search(_ input: String) -> Result {
    var result = Result()
    let path = URL(fileURLWithPath: input).standardizedFileURL.path
    visit(path, depth: 0, into: &result)
    if result.folders.isEmpty, result.problems.isEmpty {
      result.problems.append(
        Problem(path: input, reason: "contains no <pair>/<pair>.geo.diff_pha.tif and no <volcano>_<pair>.geo.*.tif")
      )
    }
    return result
  }

  private static func visit(_ path: String, depth: Int, into result: inout Result) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path).sorted() else {
      let reason = FileAccess.problem(listing: path) ?? "is not a folder"
      let isUnknown = depth == 0 && reason == FileAccess.notThere
      result.problems.append(
        Problem(path: path, reason: reason + (isUnknown ? FileAccess.suggestion(for: path) : "")))
      return
    }
    for name in names where ImpossiblePair.isNamed(by: name) {
      let problem = ImpossiblePair.problem(of: name)
      result.problems.append(Problem(path: "\(path)/\(name)", reason: problem))
    }
    // Links in place of rasters are reported with their pairs.
    for name in names where !name.hasPrefix(".") && !endings.contains(where: { name.hasSuffix(".\($0)") }) {
      guard let reason = DanglingLink.reason(of: "\(path)/\(name)") else { continue }
      result.problems.append(Problem(path: "\(path)/\(name)", reason: reason))
    }
    let pairs = names.compactMap { name in DatePair(name).map { (name, $0) } }.filter {
      isFolder("\(path)/\($0.0)")
    }
    if !pairs.isEmpty {
      let products = pairs.map { name, pair in files(of: pair, stem: "\(path)/\(name)/\(name)") }
      result.folders.append(folder(path, pairs: products, portalVolcano: nil))
      return
    }
    let stems = Set(names.compactMap(FlatName.init))
    for (prefix, stems) in Dictionary(grouping: stems, by: \.prefix).sorted(by: { $0.key < $1.key }) {
      let products = stems.sorted { $0.pair < $1.pair }.map { files(of: $0.pair, stem: "\(path)/\($0.stem)") }
      let isVolcano = !prefix.isEmpty && FrameID(prefix) == nil
      result.folders.append(folder(path, pairs: products, portalVolcano: isVolcano ? prefix : nil))
    }
    guard stems.isEmpty, depth < depthLimit else { return }
    for name in names
    where !name.hasPrefix(".") && name != "metadata" && !ImpossiblePair.isNamed(by: name)
      && isFolder("\(path)/\(name)")
    {
      visit("\(path)/\(name)", depth: depth + 1, into: &result)
    }
  }

  private static func files(of pair: DatePair, stem: String) -> ProductFolder.PairFiles {
    ProductFolder.PairFiles(
      pair: pair, phase: raster("\(stem).geo.diff_pha") ?? "\(stem).geo.diff_pha.tif",
      coherence: raster("\(stem).geo.cc"))
  }

  /// File name extensions of GeoTIFFs, the usual one first.
  static let endings = ["tif", "tiff", "TIF", "TIFF", "Tif", "Tiff"]

  /// The file of this name with any of the extensions. A dangling link counts as present, because it is a
  /// fault and not a missing file.
  private static func raster(_ stem: String) -> String? {
    endings.lazy.map { "\(stem).\($0)" }.first { path in
      var status = stat()
      return lstat(path, &status) == 0
    }
  }

  private static func folder(
    _ path: String, pairs: [ProductFolder.PairFiles], portalVolcano: String?
  ) -> ProductFolder {
    let above = URL(fileURLWithPath: path).deletingLastPathComponent().path
    func beside(_ name: String) -> String? {
      ["\(above)/metadata/\(name)", "\(path)/metadata/\(name)", "\(path)/\(name)", "\(above)/\(name)"]
        .first { FileManager.default.fileExists(atPath: $0) }
    }
    return ProductFolder(
      path: path, frame: frame(inPath: path) ?? frame(inMetadataOf: [path, above]), portalVolcano: portalVolcano,
      pairs: pairs, baselines: beside("baselines"), metadata: beside("metadata.txt"))
  }

  /// The frame that is the name, or the end of the name, of the nearest folder.
  private static func frame(inPath path: String) -> String? {
    for component in path.split(separator: "/").reversed() {
      let parts = component.split(separator: "_", omittingEmptySubsequences: false)
      if let frame = FrameID(parts.suffix(3).joined(separator: "_")) { return frame.name }
    }
    return nil
  }

  /// The frame in the names of the metadata files (`106A_09048_000909.geo.landmask.tif`).
  private static func frame(inMetadataOf folders: [String]) -> String? {
    for folder in folders {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/metadata")) ?? []
      for name in names.sorted() { if let frame = FrameID(name.prefix(17)) { return frame.name } }
    }
    return nil
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}

/// A product file name that contains its pair: `sierra_negra_20240106_20240118.geo.diff_pha.tif`.
package struct FlatName: Hashable {
  /// Text before the pair, without the `_` between them; empty if the name begins with the pair.
  let prefix: String
  let pair: DatePair

  /// The name up to `.geo`.
  package var stem: String { prefix.isEmpty ? pair.description : "\(prefix)_\(pair)" }

  /// `nil` if the name has no extension of a GeoTIFF, no `.geo.` or no pair before it.
  package init?(_ fileName: String) {
    guard ProductSearch.endings.contains(where: { fileName.hasSuffix(".\($0)") }),
      let end = fileName.range(of: ".geo.")?.lowerBound
    else { return nil }
    let stem = fileName[..<end]
    guard stem.count >= 17, let pair = DatePair(stem.suffix(17)) else { return nil }
    let front = stem.dropLast(17)
    guard front.isEmpty || (front.hasSuffix("_") && front.count > 1) else { return nil }
    prefix = String(front.dropLast())
    self.pair = pair
  }
}
