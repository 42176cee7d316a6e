import Foundation
import Interferometry
import RasterIO

/// What planning needs to know of a stack, as the process that opened it tells it in one line.
struct StackSummary: Codable, Sendable {
  var volcanoKey: String
  var volcanoName: String
  /// The key of the volcano's plain name.
  var plainKey: String
  var frame: String
  var height: Int
  var width: Int
  /// West, north, longitude and latitude step.
  var place: [Double]
  /// The bytes of the stack's identity.
  var identity: Data
  /// The kept pairs, `20240106_20240118` with a space between.
  var pairs: String

  var grid: Grid { Grid(height: height, width: width) }

  /// Where the grid lies; `nil` if the line does not say it.
  var geoTransform: GeoTransform? {
    guard place.count == 4 else { return nil }
    return GeoTransform(west: place[0], north: place[1], longitudeStep: place[2], latitudeStep: place[3])
  }

  var keptPairs: [DatePair] { pairs.split(separator: " ").compactMap { DatePair($0) } }

  /// Opens a stack and reads all but its pixels.
  init(path: String) throws {
    let reader = try InterferogramStackReader(path: path)
    identity = StackIdentity(reader).bytes
    let header = reader.header
    volcanoKey = header.volcanoKey
    volcanoName = header.volcano.name
    plainKey = header.volcano.key
    frame = header.frame
    height = header.grid.height
    width = header.grid.width
    let transform = header.geoTransform
    place = [transform.west, transform.north, transform.longitudeStep, transform.latitudeStep]
    pairs = zip(reader.pairs, reader.isKept).compactMap { $1 ? $0.description : nil }.joined(separator: " ")
  }
}

/// A line of the process that opens stacks.
enum StackAnswer: Codable, Sendable {
  case summary(StackSummary)
  /// The stack cannot be read, for this reason.
  case unreadable(String)
}
