import Foundation
import Interferometry
import Names
import RasterIO

/// What planning needs to know about a stack, as one line of the process that opened it.
struct StackSummary: Codable, Sendable {
  var volcanoKey: String
  var volcanoName: String
  /// Key of the volcano's plain name.
  var plainKey: String
  /// GVP number of the volcano, if the stack has it.
  var volcanoNumber: Int?
  /// Latitude and longitude of the volcano, degrees.
  var volcanoPlace: [Double]
  var frame: String
  var height: Int
  var width: Int
  /// West, north, longitude step and latitude step, degrees.
  var place: [Double]
  /// Bytes of the stack's identity.
  var identity: Data
  /// The kept pairs, `20240106_20240118`, separated by spaces.
  var pairs: String
  /// The pairs excluded by `dropIfgram`, in the same form.
  var droppedPairs: String

  var grid: Grid { Grid(height: height, width: width) }

  /// Georeference of the grid; `nil` if the line is malformed.
  var geoTransform: GeoTransform? {
    guard place.count == 4 else { return nil }
    return GeoTransform(west: place[0], north: place[1], longitudeStep: place[2], latitudeStep: place[3])
  }

  /// Where the volcano lies; `nil` if the line is malformed.
  var volcano: VolcanoPlace? {
    guard volcanoPlace.count == 2 else { return nil }
    return VolcanoPlace(
      volcano: volcanoKey, latitudeDegrees: volcanoPlace[0], longitudeDegrees: volcanoPlace[1])
  }

  var keptPairs: [DatePair] { pairs.split(separator: " ").compactMap { DatePair($0) } }
  var excludedPairs: [DatePair] { droppedPairs.split(separator: " ").compactMap { DatePair($0) } }

  /// What is wrong with a name; `nil` if nothing is. The process that opened the stack has checked the names,
  /// but a malicious file may control that process.
  var nameProblem: String? {
    if let problem = PathComponent.problem(volcanoKey) { return "its volcano's key \(problem)" }
    if let problem = PathComponent.problem(frame) { return "its frame's name \(problem)" }
    if let problem = PathComponent.problem("\(volcanoKey)_\(frame).h5") { return "its name \(problem)" }
    do {
      _ = try DisplayName(volcanoName)
    } catch {
      return "its volcano's name \(error.problem)"
    }
    return identity.count == StackIdentity.byteCount ? nil : "it has no identity"
  }

  /// Reads a stack except its pixels.
  init(path: String) throws {
    let reader = try InterferogramStackReader(path: path)
    identity = StackIdentity(reader).bytes
    let header = reader.header
    volcanoKey = header.volcanoKey
    volcanoName = header.volcano.name
    plainKey = header.volcano.key
    volcanoNumber = header.volcano.number
    volcanoPlace = [header.volcano.latitudeDegrees, header.volcano.longitudeDegrees]
    frame = header.frame
    height = header.grid.height
    width = header.grid.width
    let transform = header.geoTransform
    place = [transform.west, transform.north, transform.longitudeStep, transform.latitudeStep]
    pairs = zip(reader.pairs, reader.isKept).compactMap { $1 ? $0.description : nil }.joined(separator: " ")
    droppedPairs = zip(reader.pairs, reader.isKept).compactMap { $1 ? nil : $0.description }.joined(separator: " ")
  }
}

/// A request for pixel hashes of some interferograms, sent as a line to the process that opens stacks. It
/// answers with one line per interferogram.
struct PixelQuestion: Codable, Sendable {
  var path: String
  /// Dates, each as `20240106_20240118`.
  var pairs: [String]
}

/// A line from the process that opens stacks.
enum StackAnswer: Codable, Sendable {
  case summary(StackSummary)
  /// The stack, or the requested interferogram, cannot be read, for this reason.
  case unreadable(String)
  /// SHA-256 of an interferogram's pixels.
  case pixels(Data)
}
