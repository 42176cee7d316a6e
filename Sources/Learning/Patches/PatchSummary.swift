/// Counts of what a set of labelled patches contains.
public enum PatchSummary {
  /// One table with labels, sources, boxes, data and places as rows, and all, deforming, hard negative and
  /// other quiet patches as columns.
  public static func table(of patches: LabelledPatches) -> CountTable {
    var table = CountTable(columns: ["all", "deforming", "hard negative", "other"])
    for patch in 0..<patches.count {
      let column =
        patches.deforms[patch] ? "deforming" : patches.isHardNegative[patch] ? "hard negative" : "other"
      func count(_ family: String, _ value: String) {
        table.add(family, value, .patch, to: ["all", column])
      }
      count("patches", "\(patches.side) × \(patches.side)")
      if patches.deforms[patch] {
        count("source", patches.sources[patch].isEmpty ? "not told" : patches.sources[patch])
        count("box", patches.boxes[patch] == nil ? "none" : "one")
      }
      let missing = patches.hasData(of: patch).count { !$0 }
      count("without data", missing == 0 ? "none" : 2 * missing < patches.area ? "less than half" : "half or more")
      count("place", patches.places[patch])
    }
    return table
  }
}
