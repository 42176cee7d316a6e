import Tables

/// Assignment of places to cross-validation folds: all patches of a place are scored by a network that has
/// not seen the place.
public struct Folds: Sendable {
  /// Number of folds, at least 1; folds are numbered from 0.
  public let count: Int
  private let folds: [String: Int]

  /// Distributes places so that the folds have similar numbers of deforming patches, then of all patches:
  /// largest place first, to the emptiest fold. Deterministic for equal sets.
  public init(dealing patches: LabelledPatches, count: Int) {
    precondition(count > 0, "there is a fold")
    var sizes: [String: (deforming: Int, all: Int)] = [:]
    for patch in 0..<patches.count {
      let size = sizes[patches.places[patch]] ?? (0, 0)
      sizes[patches.places[patch]] = (size.deforming + (patches.deforms[patch] ? 1 : 0), size.all + 1)
    }
    let order = sizes.sorted {
      ($1.value.deforming, $1.value.all, $0.key) < ($0.value.deforming, $0.value.all, $1.key)
    }
    var filled = Array(repeating: (deforming: 0, all: 0), count: count)
    var folds: [String: Int] = [:]
    for (place, size) in order {
      let fold =
        (0..<count).min {
          // Places without deformation are balanced by the number of patches only.
          size.deforming > 0
            ? (filled[$0].deforming, filled[$0].all, $0) < (filled[$1].deforming, filled[$1].all, $1)
            : (filled[$0].all, $0) < (filled[$1].all, $1)
        } ?? 0
      folds[place] = fold
      filled[fold].deforming += size.deforming
      filled[fold].all += size.all
    }
    self.folds = folds
    self.count = count
  }

  /// Reads a table with the columns `fold` (0, 1, …) and `place` or `volcano`.
  ///
  /// - Throws: ``DataSetError``.
  public init(contentsOf path: String) throws(DataSetError) {
    let table = try NamedColumns(contentsOf: path)
    let places: [String]
    if let column = try table.columnIfThere("place") {
      places = column
    } else {
      places = try table.column("volcano")
    }
    let numbers = try table.column("fold")
    var folds: [String: Int] = [:]
    for (row, (place, text)) in zip(places, numbers).enumerated() {
      let line = table.line(ofRow: row)
      guard let fold = NumberText.whole(text), (0..<1000).contains(fold) else {
        throw DataSetError(
          file: path, problem: "line \(line): the fold of “\(place)” is “\(text)”, expected 0, 1, …")
      }
      guard folds[place] == nil || folds[place] == fold else {
        throw DataSetError(file: path, problem: "line \(line): “\(place)” is in fold \(fold) and in another one")
      }
      folds[place] = fold
    }
    self.folds = folds
    count = (folds.values.max() ?? 0) + 1
  }

  /// The fold of a place; `nil` for a place without a fold.
  public func fold(ofPlace place: String) -> Int? { folds[place] }

  /// The indices of a set's patches in each fold.
  ///
  /// - Throws: ``DataSetError`` naming the first place without a fold.
  public func patches(of set: LabelledPatches) throws(DataSetError) -> [[Int]] {
    var chosen = Array(repeating: [Int](), count: count)
    for patch in 0..<set.count {
      guard let fold = folds[set.places[patch]] else {
        throw DataSetError(
          file: set.origins[patch], problem: "lies at \(set.places[patch]), which has no fold; add it to the table")
      }
      chosen[fold].append(patch)
    }
    return chosen
  }
}
