import Interferometry

/// Counts of the labels in Hephaestus annotations.
public enum HephaestusSummary {
  /// The columns before the frames: all interferograms, then each side of the split.
  public static let splitColumns = ["all"] + HephaestusSplit.Side.allCases.map(\.rawValue)

  /// One table of all families of labels: a row for each value, and columns for all, each side of the split
  /// and each frame.
  ///
  /// Families of patterns are counted per label (each pattern counts) and per interferogram (several equal
  /// patterns count once). A pattern without an intensity of its own counts as `missing`. `order in time` is
  /// the order of an interferogram relative to the previous one of its frame, sorted by the earlier, then the
  /// later date; see ``PairOrder``.
  ///
  /// - Parameters:
  ///   - annotations: The annotations.
  ///   - split: The split; `nil` leaves out the columns of its sides.
  /// - Returns: the table, families in the order of the annotations' fields.
  public static func table(of annotations: [HephaestusAnnotation], split: HephaestusSplit?) -> CountTable {
    let frames = Set(annotations.map(\.frame)).sorted()
    var table = CountTable(columns: (split == nil ? ["all"] : splitColumns) + frames)
    func places(_ entry: HephaestusAnnotation) -> [String] {
      ["all"] + (split.map { [$0.side(of: entry.uniqueID).rawValue] } ?? []) + [entry.frame]
    }
    for entry in annotations { count(entry.annotation, at: places(entry), in: &table) }
    for frame in frames {
      var last: DatePair?
      let ofFrame = annotations.filter { $0.frame == frame }.sorted {
        let (one, other) = ($0.pair.inTime, $1.pair.inTime)
        return (one.first, one.last, $0.uniqueID) < (other.first, other.last, $1.uniqueID)
      }
      for entry in ofFrame {
        let order = last.map { PairOrder(of: $0, to: entry.pair).rawValue } ?? "first"
        table.add("order in time", order, .interferogram, to: places(entry))
        table.add("dates run backwards", entry.pair.isBackward ? "1" : "0", .interferogram, to: places(entry))
        last = entry.pair
      }
    }
    return table
  }

  private static func count(_ annotation: Annotation, at places: [String], in table: inout CountTable) {
    func once(_ family: String, _ value: String) { table.add(family, value, .interferogram, to: places) }
    func flag(_ family: String, _ value: Bool) { once(family, value ? "1" : "0") }
    once("interferograms", "all")
    flag("deforms", annotation.deforms)
    flag("corrupted", annotation.isCorrupted)
    once("processing_error", String(annotation.processingError))
    once("glacier_fringes", String(annotation.glacierFringes))
    once("orbital_fringes", String(annotation.orbitalFringes))
    once("atmospheric_fringes", String(annotation.atmosphericFringes))
    flag("low_coherence", annotation.hasLowCoherence)
    flag("no_info", annotation.hasNoInformation)
    flag("image_artifacts", annotation.hasImageArtifacts)
    once("labels", annotation.labels.map(\.rawValue).joined(separator: " + "))
    once("phase", annotation.phase.rawValue)
    once("confidence", String(annotation.confidence))
    flag("is_crowd", annotation.isCrowd)
    once("patterns", String(annotation.activityTypes.count))
    flag("lists of equal length", annotation.isParallel)
    func both(_ family: String, _ values: [String]) {
      for value in values { table.add(family, value, .label, to: places) }
      for value in Set(values) { once(family, value) }
    }
    both("label", annotation.labels.map(\.rawValue))
    let types = annotation.activityTypes.map(\.rawValue)
    let levels = types.indices.map {
      annotation.intensities.indices.contains($0) ? annotation.intensities[$0].rawValue : "missing"
    }
    both("activity_type", types)
    both("intensity_level", annotation.intensities.map(\.rawValue))
    both("activity_type by intensity_level", zip(types, levels).map { "\($0) \($1)" })
    both("activity_type by phase", types.map { "\($0) \(annotation.phase.rawValue)" })
  }
}
