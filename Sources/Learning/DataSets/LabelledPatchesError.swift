/// Why lists do not form a set of labelled patches.
public enum LabelledPatchesError: Error, Hashable, CustomStringConvertible {
  case noSide(Int)
  case wrongCount(list: String, count: Int, expected: Int)
  case hardNegativeDeforms(patch: Int)
  case quietHasBox(patch: Int)
  case differentSides(Int, Int)
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
