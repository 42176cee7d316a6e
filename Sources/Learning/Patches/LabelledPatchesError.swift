/// Why lists do not form a set of labelled patches.
public enum LabelledPatchesError: Error, Hashable, CustomStringConvertible {
  /// The side is not positive.
  case noSide(Int)
  /// A list has another length than the labels.
  case wrongCount(list: String, count: Int, expected: Int)
  /// A deforming patch is labelled as a hard negative.
  case hardNegativeDeforms(patch: Int)
  /// A quiet patch has a box.
  case quietHasBox(patch: Int)
  /// Sets with different patch sizes cannot be joined.
  case differentSides(Int, Int)
  /// There are no sets to join.
  case noSets

  public var description: String {
    switch self {
    case .noSide(let side): "patches are \(side) pixels across, expected at least 1"
    case .wrongCount(let list, let count, let expected): "\(list) has \(count) entries, expected \(expected)"
    case .hardNegativeDeforms(let patch):
      "patch \(patch) deforms and is a hard negative, which is quiet; correct one of the two labels"
    case .quietHasBox(let patch):
      "patch \(patch) has a box around a deformation, but is labelled as quiet; correct one of the two"
    case .differentSides(let first, let second):
      "patches \(first) and \(second) pixels across do not go into one set; cut them in one size"
    case .noSets: "there are no patches to put together; name at least one data set"
    }
  }
}
