import Foundation

/// The published split of Hephaestus, by patch; patches are named `<uniqueID>_<patch>` or `<uniqueID>`.
///
/// Validation and test share most of their interferograms, so by interferogram there are only two sides:
/// training and evaluation.
public struct HephaestusSplit: Sendable {
  /// Part of the split that a patch belongs to.
  public enum Part: String, Sendable, CaseIterable {
    case train
    case validation = "val"
    case test
  }

  /// Side of the split that an interferogram belongs to.
  public enum Side: String, Sendable, CaseIterable {
    /// Patches of the interferogram are for training.
    case train
    /// Patches of the interferogram are for validation or testing.
    case measuring = "val+test"
    /// The split does not name the interferogram.
    case neither
  }

  private let parts: [String: Part]
  /// The interferograms of each part, by `uniqueID`.
  public let interferograms: [Part: Set<Int>]

  /// Reads `train_test_split.json`: for each part, the names of the patches by class.
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

  /// The part of a patch; `nil` if the split does not name it.
  public func part(ofPatch name: String) -> Part? { parts[name] }

  /// The side of an interferogram.
  public func side(of uniqueID: Int) -> Side {
    if interferograms[.train]?.contains(uniqueID) == true { return .train }
    let isMeasured = [Part.validation, .test].contains { interferograms[$0]?.contains(uniqueID) == true }
    return isMeasured ? .measuring : .neither
  }
}
