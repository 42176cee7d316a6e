import Foundation
import Isolation
import RasterIO

/// An ingest as requested by a command, sent to the child process that runs it.
public struct IngestRequest: Codable, Sendable {
  /// Folders of LiCSAR products.
  public var inputs: [String]
  /// Folder of the stacks.
  public var archive: String
  /// Path of the catalogue.
  public var catalogue: String
  /// Names of the requested volcanoes; empty for all.
  public var volcanoes: [String]
  /// Name of the frame, for folders that do not give it.
  public var frame: String?
  /// Whether new stacks are compressed.
  public var isCompressed: Bool
  /// Whether interferograms whose files have changed pixels are replaced.
  public var replacesChanged = false
  /// Resource limits of the process.
  public var limits: ProcessLimits
  var leftOut: [String: String] = [:]
  var countsAtStart: [String: Int] = [:]

  /// Default resource limits: 2 GB, and memory for phase and coherence of the largest raster that is read.
  public static let limits = ProcessLimits(
    memoryBytes: 2 << 30 + UInt64(GeoTIFFReader.pixelLimit * 8), secondsPerFile: 120)

  /// - Parameters:
  ///   - inputs: Folders of LiCSAR products; see ``ProductSearch``.
  ///   - archive: Folder of the stacks; created if it does not exist.
  ///   - catalogue: Path of the catalogue.
  ///   - volcanoes: Names of the requested volcanoes, in any spelling; empty for all.
  ///   - frame: Name of the frame, for folders that do not give it.
  ///   - isCompressed: Whether new stacks are compressed.
  ///   - limits: Resource limits of the process.
  public init(
    inputs: [String], archive: String, catalogue: String, volcanoes: [String], frame: String?, isCompressed: Bool,
    limits: ProcessLimits = limits
  ) {
    self.inputs = inputs
    self.archive = archive
    self.catalogue = catalogue
    self.volcanoes = volcanoes
    self.frame = frame
    self.isCompressed = isCompressed
    self.limits = limits
  }

  /// The options of the ingest.
  ///
  /// - Throws: errors of reading the catalogue.
  func options() throws -> IngestOptions {
    var options = IngestOptions(
      inputs: inputs, archive: URL(fileURLWithPath: archive),
      catalogue: try VolcanoCatalogue(contentsOf: catalogue))
    options.catalogueFile = catalogue
    options.volcanoes = volcanoes
    options.frame = frame
    options.compression = isCompressed ? .gzip : .none
    options.replacesChanged = replacesChanged
    options.leftOut = leftOut
    options.countsAtStart = countsAtStart
    return options
  }
}

/// A message from the child process, one JSON line.
enum IngestMessage: Codable, Sendable {
  case progress(IngestProgress)
  /// Number of interferograms in a stack before anything was appended to it.
  case stackFound(path: String, count: Int)
  /// The ingest is complete; last message.
  case report(IngestReport)
  /// The ingest cannot continue; last message.
  case failure(String)
}
