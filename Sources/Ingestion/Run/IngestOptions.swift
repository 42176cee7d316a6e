import Foundation
import Names
import RasterIO

/// Options of an ingest.
public struct IngestOptions: Sendable {
  /// Folders of LiCSAR products; see ``ProductSearch``.
  public var inputs: [String]
  /// Folder of the stacks; created if it does not exist.
  public var archive: URL
  /// The known volcanoes.
  public var catalogue: VolcanoCatalogue
  /// Path of the catalogue, for messages.
  public var catalogueFile = "catalogue"
  /// Names of the requested volcanoes, in any spelling; empty for all.
  public var volcanoes: [String] = []
  /// Name of the frame, for folders that do not give it.
  public var frame: String?
  /// Compression of new stacks.
  public var compression: StackCompression = .none
  /// Whether interferograms whose files have changed pixels replace those in the stack.
  public var replacesChanged = false
  /// Files that must not be opened, with the reason; they ended an earlier process.
  public var leftOut: [String: String] = [:]
  /// Number of interferograms in each stack, by path, when the command began. Set if this ingest continues
  /// the work of an earlier process: additional interferograms count as added.
  public var countsAtStart: [String: Int] = [:]

  public init(inputs: [String], archive: URL, catalogue: VolcanoCatalogue) {
    self.inputs = inputs
    self.archive = archive
    self.catalogue = catalogue
  }
}

/// Progress of an ingest.
public struct IngestProgress: Codable, Sendable {
  /// Pairs of dates processed, in all folders.
  public var done: Int
  /// Pairs of dates in all folders.
  public var total: Int
  /// Frame of the current folder.
  public var frame: String
  /// Interferograms added so far.
  public var added: Int
  /// The file that was just rejected, if any.
  public var rejected: IngestReport.Rejection?
}

/// Why an ingest cannot continue.
public enum IngestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A requested volcano that is not in the catalogue, with similar names.
  case unknownVolcano(String, suggestions: [String])
  /// A frame name that cannot be part of a file name.
  case badFrame(String)

  public var description: String {
    switch self {
    case .unknownVolcano(let name, let suggestions):
      "“\(name)” is not in the catalogue"
        + (suggestions.isEmpty
          ? "; give a volcano's name, key or catalogue number" : NearNames.question(suggestions))
    case .badFrame(let name): "“\(name)” is not a valid frame name: expected letters, digits, - and _"
    }
  }
}
