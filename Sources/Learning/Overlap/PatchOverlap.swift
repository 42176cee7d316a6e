/// How many of the patches that a model is evaluated on were used in its training.
public struct PatchOverlap: Hashable, Sendable {
  /// Evaluated patches.
  public private(set) var count = 0
  /// Patches that the model was trained on; an estimate if the record holds only a subset of the hashes.
  public private(set) var learnt = 0
  /// Patches that were not trained on, but decided which epoch was kept.
  public private(set) var validated = 0
  /// Other patches at a place that the model was trained on.
  public private(set) var samePlace = 0
  /// Names of those places.
  public private(set) var places: Set<String> = []
  /// Whether the numbers are estimated from a subset of the hashes.
  public private(set) var isEstimate = false
  /// Why there may be more, in words; `nil` if the record is complete.
  public private(set) var unknown: String?

  /// What is known of a model that says nothing.
  public static let silent = "does not record which patches it was trained on"

  public init() {}

  /// Adds evaluated patches.
  ///
  /// - Parameters:
  ///   - patches: The set.
  ///   - chosen: Indices of the evaluated patches.
  ///   - record: The model's record; `nil` if it has none.
  public mutating func add(_ patches: LabelledPatches, chosen: [Int], record: LearntPatches?) {
    count += chosen.count
    guard let record else {
      unknown = Self.silent
      return
    }
    unknown = unknown ?? record.unknown
    isEstimate = isEstimate || record.divisor > 1
    // Each recognised patch stands for `divisor` patches, but never for more than there are.
    let factor = Int(clamping: record.divisor)
    for patch in chosen {
      let hashes = patches.hashes(of: patch)
      if hashes.contains(where: { record.learnt.contains($0) }) {
        learnt += min(factor, count - learnt)
      } else if hashes.contains(where: { record.validated.contains($0) }) {
        validated += min(factor, count - validated)
      } else {
        let shared = patches.placeNames(of: patch).intersection(record.places)
        if !shared.isEmpty {
          samePlace += 1
          places.insert(LabelledPatches.shortest(shared))
        }
      }
    }
    // Recognised patches also stand for unrecorded ones, which were counted here if they share a place.
    samePlace = min(samePlace, count - min(count, learnt + validated))
  }

  /// The overlap in one or more sentences.
  ///
  /// - Parameter model: Name of the model.
  /// - Returns: the text for the user.
  public func words(model: String) -> String {
    guard unknown != Self.silent else {
      return "\(model) \(Self.silent): it is unknown whether these patches are among them."
    }
    let about = isEstimate ? "about " : unknown == nil ? "" : "at least "
    var parts: [String] = []
    if learnt > 0 {
      parts.append(
        "was trained on \(about)\(learnt) of these \(count) patches (\(percent(learnt))), so its scores on them show what it "
          + "has memorised, not how well it generalises")
    }
    if validated > 0 {
      parts.append("chose its best epoch on \(about)\(validated) of these patches (\(percent(validated)))")
    }
    if samePlace > 0 {
      let names = places.sorted()
      let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
      parts.append(
        "was trained on other patches of \(names.count == 1 ? "the place" : "\(names.count) places") where \(samePlace) "
          + "of these patches lie (\(shown))")
    }
    let nothing = unknown == nil ? "was trained on none" : "is known to have been trained on none"
    var text =
      parts.isEmpty
      ? "\(model) \(nothing) of these \(count) patches, and on none of their places."
      : "\(model) \(parts.joined(separator: "; it "))."
    if let unknown { text += " The rest is unknown: \(unknown)." }
    return text
  }

  private func percent(_ part: Int) -> String { "\((1000 * part / max(1, count) + 5) / 10) %" }

  /// Column names of ``row(model:)``.
  public static let header = [
    "model", "patches", "learnt_from", "chosen_by", "same_place", "places", "is_estimate", "unknown",
  ]

  /// The overlap as a row of a table.
  public func row(model: String) -> [String] {
    let isSilent = unknown == Self.silent
    func number(_ value: Int) -> String { isSilent ? "" : String(value) }
    return [
      model, String(count), number(learnt), number(validated), number(samePlace),
      places.sorted().joined(separator: ";"),
      isEstimate ? "1" : "0", unknown ?? "",
    ]
  }
}

extension LabelledPatches {
  fileprivate static func shortest(_ names: Set<String>) -> String {
    names.min { ($0.count, $0) < ($1.count, $1) } ?? ""
  }
}
