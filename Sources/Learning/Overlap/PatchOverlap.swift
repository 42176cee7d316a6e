/// How many of the patches that a model is measured on it has seen before.
public struct PatchOverlap: Hashable, Sendable {
  /// Patches that it is measured on.
  public private(set) var count = 0
  /// That it learnt from; an estimate where the record keeps a part of the hashes only.
  public private(set) var learnt = 0
  /// That did not change its weights, but decided which epoch was kept.
  public private(set) var validated = 0
  /// Others that lie at a place that it learnt from.
  public private(set) var samePlace = 0
  /// Those places.
  public private(set) var places: Set<String> = []
  /// Whether the numbers are estimated from a part of the hashes.
  public private(set) var isEstimate = false
  /// Why there may be more, in words; `nil` where all is known.
  public private(set) var unknown: String?

  /// What is known of a model that says nothing.
  public static let silent = "does not record which patches it was trained on"

  public init() {}

  /// Adds patches that a model is measured on.
  ///
  /// - Parameters:
  ///   - patches: The set.
  ///   - chosen: The patches' numbers.
  ///   - record: What the model says; `nil` where it says nothing.
  public mutating func add(_ patches: LabelledPatches, chosen: [Int], record: LearntPatches?) {
    count += chosen.count
    guard let record else {
      unknown = Self.silent
      return
    }
    unknown = unknown ?? record.unknown
    isEstimate = isEstimate || record.divisor > 1
    // Each that is recognised stands for as many, but never for more than there are.
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
    // Of patches of one place those that were recognised stand for the others.
    samePlace = min(samePlace, count - min(count, learnt + validated))
  }

  /// One sentence, or several.
  ///
  /// - Parameter model: The model's name.
  /// - Returns: the words.
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

  public static let header = [
    "model", "patches", "learnt_from", "chosen_by", "same_place", "places", "is_estimate", "unknown",
  ]

  /// The same as a row of a table.
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
