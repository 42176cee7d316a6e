import Foundation
import Isolation
import RasterIO

/// An ingest as a command asks for it, as it is handed to the process that does it.
public struct IngestRequest: Codable, Sendable {
  /// Folders with LiCSAR products.
  public var inputs: [String]
  /// The folder of stacks.
  public var archive: String
  /// The catalogue's file.
  public var catalogue: String
  /// Names of the volcanoes wanted; all if empty.
  public var volcanoes: [String]
  /// The frame's name where no folder says it.
  public var frame: String?
  /// Whether new stacks are compressed.
  public var isCompressed: Bool
  /// Whether interferograms that were published again with other pixels are replaced.
  public var replacesChanged = false
  /// What the process may use.
  public var limits: ProcessLimits
  var leftOut: [String: String] = [:]
  var countsAtStart: [String: Int] = [:]

  /// What reading a file may take unless a command says otherwise: 2 GB, and room for phase and coherence of the
  /// largest raster that is read.
  public static let limits = ProcessLimits(
    memoryBytes: 2 << 30 + UInt64(GeoTIFFReader.pixelLimit * 8), secondsPerFile: 120)

  /// - Parameters:
  ///   - inputs: folders with LiCSAR products, see ``ProductSearch``.
  ///   - archive: the folder of stacks; made if it is not there.
  ///   - catalogue: the catalogue's file.
  ///   - volcanoes: names of the volcanoes wanted, in any spelling; all if empty.
  ///   - frame: the frame's name where no folder says it.
  ///   - isCompressed: whether new stacks are compressed.
  ///   - limits: what the process may use.
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

  /// The options of the ingest itself.
  ///
  /// - Throws: what reading the catalogue throws.
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

/// A line of the process that does an ingest.
enum IngestMessage: Codable, Sendable {
  case progress(IngestProgress)
  /// A stack held so many interferograms before anything was appended to it.
  case stackFound(path: String, count: Int)
  /// The end: all that can be done is done.
  case report(IngestReport)
  /// The end: it cannot go on.
  case failure(String)
}
