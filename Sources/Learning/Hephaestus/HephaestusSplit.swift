import Foundation

/// The published split of Hephaestus: of patches, which are named `<uniqueID>_<patch>` or `<uniqueID>`.
///
/// Validation and test share most of their interferograms, so interferograms are either for training or for measuring.
public struct HephaestusSplit: Sendable {
  /// What a patch is for.
  public enum Part: String, Sendable, CaseIterable {
    case train
    case validation = "val"
    case test
  }

  /// What an interferogram is for.
  public enum Side: String, Sendable, CaseIterable {
    case train
    case measuring = "val+test"
    case neither
  }

  private let parts: [String: Part]
  /// The interferograms of each part.
  public let interferograms: [Part: Set<Int>]

  /// Reads `train_test_split.json`: for each part, by class, the patches' names.
  ///
  /// - Throws: ``DataSetError``.
  public init(contentsOf path: String) throws(DataSetError) {
    let text = try FileText.read(path, limitBytes: 256 << 20)
    guard let lists = try? JSONDecoder().decode([String: [String: [String]]].self, from: Data(text.utf8)) else {
      throw DataSetError(
        file: path, problem: "is not a split file; expected train, val and test with names by class")
    }
    var parts: [String: Part] = [:]
    var interferograms: [Part: Set<Int>] = [:]
    for part in Part.allCases {
      for name in (lists[part.rawValue] ?? [:]).values.joined() {
        let patch = name.hasSuffix(".json") ? String(name.dropLast(5)) : name
        guard let id = patch.split(separator: "_").first.flatMap({ Int($0) }) else {
          throw DataSetError(file: path, problem: "has “\(name)” in \(part.rawValue), expected <uniqueID>_<patch>")
        }
        parts[patch] = part
        interferograms[part, default: []].insert(id)
      }
    }
    self.parts = parts
    self.interferograms = interferograms
  }

  /// What a patch is for; `nil` for one that the split does not name.
  public func part(ofPatch name: String) -> Part? { parts[name] }

  /// What an interferogram is for.
  public func side(of uniqueID: Int) -> Side {
    if interferograms[.train]?.contains(uniqueID) == true { return .train }
    let isMeasured = [Part.validation, .test].contains { interferograms[$0]?.contains(uniqueID) == true }
    return isMeasured ? .measuring : .neither
  }
}
