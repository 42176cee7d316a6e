import Foundation
import Interferometry
import Names
import RasterIO

/// What planning needs to know of a stack, as the process that opened it tells it in one line.
struct StackSummary: Codable, Sendable {
  var volcanoKey: String
  var volcanoName: String
  /// The key of the volcano's plain name.
  var plainKey: String
  /// The volcano's number in the Global Volcanism Program's list, where the stack has it.
  var volcanoNumber: Int?
  var frame: String
  var height: Int
  var width: Int
  /// West, north, longitude and latitude step.
  var place: [Double]
  /// The bytes of the stack's identity.
  var identity: Data
  /// The kept pairs, `20240106_20240118` with a space between.
  var pairs: String
  /// The pairs that `dropIfgram` excludes, in the same form.
  var droppedPairs: String

  var grid: Grid { Grid(height: height, width: width) }

  /// Where the grid lies; `nil` if the line does not say it.
  var geoTransform: GeoTransform? {
    guard place.count == 4 else { return nil }
    return GeoTransform(west: place[0], north: place[1], longitudeStep: place[2], latitudeStep: place[3])
  }

  var keptPairs: [DatePair] { pairs.split(separator: " ").compactMap { DatePair($0) } }
  var excludedPairs: [DatePair] { droppedPairs.split(separator: " ").compactMap { DatePair($0) } }

  /// What is wrong with a name in it; `nil` where nothing is. The process that opened the stack has checked them, but a
  /// file may have brought that under its control.
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

  /// Opens a stack and reads all but its pixels.
  init(path: String) throws {
    let reader = try InterferogramStackReader(path: path)
    identity = StackIdentity(reader).bytes
    let header = reader.header
    volcanoKey = header.volcanoKey
    volcanoName = header.volcano.name
    plainKey = header.volcano.key
    volcanoNumber = header.volcano.number
    frame = header.frame
    height = header.grid.height
    width = header.grid.width
    let transform = header.geoTransform
    place = [transform.west, transform.north, transform.longitudeStep, transform.latitudeStep]
    pairs = zip(reader.pairs, reader.isKept).compactMap { $1 ? $0.description : nil }.joined(separator: " ")
    droppedPairs = zip(reader.pairs, reader.isKept).compactMap { $1 ? nil : $0.description }.joined(separator: " ")
  }
}

/// A line to the process that opens stacks, when it is asked for more than a summary: the hashes of some interferograms'
/// pixels. It answers with a line for each of them.
struct PixelQuestion: Codable, Sendable {
  var path: String
  /// `20240106_20240118` each.
  var pairs: [String]
}

/// A line of the process that opens stacks.
enum StackAnswer: Codable, Sendable {
  case summary(StackSummary)
  /// The stack, or the interferogram that was asked for, cannot be read, for this reason.
  case unreadable(String)
  /// The hash of an interferogram's pixels.
  case pixels(Data)
}
