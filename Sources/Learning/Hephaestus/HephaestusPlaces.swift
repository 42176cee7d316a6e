import Foundation

/// Groups Hephaestus frames that show the same ground: those that share a volcano, directly or through a
/// chain of others.
public struct HephaestusPlaces: Sendable {
  private let places: [String: String]

  /// Each frame is a place of its own.
  public init() { places = [:] }

  /// - Parameter volcanoes: For each frame the names of its volcanoes, separated by commas.
  public init(volcanoes: [String: String]) {
    let frames = volcanoes.keys.sorted()
    var places = Dictionary(uniqueKeysWithValues: frames.map { ($0, $0) })
    var owners: [String: String] = [:]
    for frame in frames {
      for name in (volcanoes[frame] ?? "").split(separator: ",") {
        let key = name.lowercased().filter { $0.isLetter || $0.isNumber }
        guard let owner = owners[key], let one = places[owner], let other = places[frame] else {
          owners[key] = frame
          continue
        }
        let (kept, given) = (min(one, other), max(one, other))
        for frame in frames where places[frame] == given { places[frame] = kept }
      }
    }
    self.places = places
  }

  /// Reads `frame_names.json`.
  ///
  /// - Throws: ``DataSetError``.
  public init(contentsOf path: String) throws(DataSetError) {
    let text = try FileText.read(path, limitBytes: 16 << 20)
    guard let names = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)) else {
      throw DataSetError(file: path, problem: "is not a list of frames with the names of their volcanoes")
    }
    self.init(volcanoes: names)
  }

  /// The place of a frame, named after the first frame of the group.
  public func place(ofFrame frame: String) -> String { places[frame] ?? frame }
}
