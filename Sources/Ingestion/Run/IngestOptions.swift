import Foundation
import Names
import RasterIO

/// What an ingest is asked to do.
public struct IngestOptions: Sendable {
  /// Folders with LiCSAR products, see ``ProductSearch``.
  public var inputs: [String]
  /// The folder of stacks; made if it is not there.
  public var archive: URL
  public var catalogue: VolcanoCatalogue
  /// The catalogue's file, for messages.
  public var catalogueFile = "catalogue"
  /// Names of the volcanoes wanted, in any spelling; all if empty.
  public var volcanoes: [String] = []
  /// The frame's name where no folder says it.
  public var frame: String?
  /// Of new stacks.
  public var compression: StackCompression = .none
  /// Whether an interferogram whose files have other pixels than the stack is put in the place of the old one.
  public var replacesChanged = false
  /// Files that are not to be opened, with what is said of them: they have ended a process before.
  public var leftOut: [String: String] = [:]
  /// How many interferograms stacks held when the command began that this ingest goes on with, by path: what they hold
  /// beyond that counts as added.
  public var countsAtStart: [String: Int] = [:]

  public init(inputs: [String], archive: URL, catalogue: VolcanoCatalogue) {
    self.inputs = inputs
    self.archive = archive
    self.catalogue = catalogue
  }
}

/// How far an ingest is.
public struct IngestProgress: Codable, Sendable {
  /// Pairs of dates looked at, in all folders.
  public var done: Int
  /// Pairs of dates in all folders.
  public var total: Int
  /// The folder's frame.
  public var frame: String
  /// Interferograms added so far.
  public var added: Int
  /// A file that was just rejected.
  public var rejected: IngestReport.Rejection?
}

/// Why an ingest cannot go on.
public enum IngestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A wanted volcano that the catalogue does not have, and those of its volcanoes that may be meant.
  case unknownVolcano(String, suggestions: [String])
  /// A frame's name that cannot be part of a file name.
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
