/// Patches with labels (deforming or quiet), for training and evaluation.
///
/// All lists have one entry per patch, in the same order.
public struct LabelledPatches: Hashable, Sendable {
  /// Pixels across a patch.
  public let side: Int
  /// Wrapped phase −π…π as 0…255, count × side × side, row-major; ``noData`` where there is no data.
  public let gray: [UInt8]
  /// Whether the patch shows deformation.
  public let deforms: [Bool]
  /// Whether the patch is quiet but easily mistaken for deformation, such as atmospheric fringes; never true
  /// for a deforming patch.
  public let isHardNegative: [Bool]
  /// Name of the place, shared by neighbouring volcanoes: patches of one place are never split between
  /// training and evaluation.
  public let places: [String]
  /// Bounding box of the deformation in the patch; `nil` if there is none or it is unknown.
  public let boxes: [PatchBox?]
  /// Type of the source, such as `dyke`; empty if there is none or it is unknown.
  public let sources: [String]
  /// File, interferogram or review that the patch comes from; empty if unknown.
  public let origins: [String]

  /// Gray of pixels without data: mid-gray.
  public static let noData: UInt8 = 128

  /// - Parameters:
  ///   - side: Pixels across a patch, at least 1.
  ///   - gray: count × side × side grays.
  ///   - deforms: One per patch; its length is the count that the other lists must have.
  ///   - isHardNegative: `nil` if there are none.
  ///   - places: Place names.
  ///   - boxes: `nil` if no patch has one.
  ///   - sources: `nil` if no patch has one.
  ///   - origins: `nil` if no patch has one.
  /// - Throws: ``LabelledPatchesError`` if the lists do not match.
  public init(
    side: Int, gray: [UInt8], deforms: [Bool], isHardNegative: [Bool]? = nil, places: [String],
    boxes: [PatchBox?]? = nil, sources: [String]? = nil, origins: [String]? = nil
  ) throws(LabelledPatchesError) {
    let count = deforms.count
    guard side > 0 else { throw .noSide(side) }
    guard gray.count == count * side * side else {
      throw .wrongCount(list: "gray", count: gray.count, expected: count * side * side)
    }
    func checked<Element>(
      _ name: String, _ list: [Element]?, _ blank: Element
    ) throws(LabelledPatchesError) -> [Element] {
      guard let list else { return Array(repeating: blank, count: count) }
      guard list.count == count else { throw .wrongCount(list: name, count: list.count, expected: count) }
      return list
    }
    self.side = side
    self.gray = gray
    self.deforms = deforms
    self.isHardNegative = try checked("isHardNegative", isHardNegative, false)
    self.places = try checked("places", places, "")
    self.boxes = try checked("boxes", boxes, nil)
    self.sources = try checked("sources", sources, "")
    self.origins = try checked("origins", origins, "")
    for patch in 0..<count {
      guard !deforms[patch] || !self.isHardNegative[patch] else { throw .hardNegativeDeforms(patch: patch) }
      guard deforms[patch] || self.boxes[patch] == nil else { throw .quietHasBox(patch: patch) }
    }
  }

  /// Number of patches.
  public var count: Int { deforms.count }

  /// Number of deforming patches.
  public var deformingCount: Int { deforms.count { $0 } }

  /// Pixels in one patch.
  public var area: Int { side * side }

  /// The grays of one patch, side × side, row-major.
  public func gray(of patch: Int) -> ArraySlice<UInt8> {
    precondition((0..<count).contains(patch), "patches are numbered from 0 up to their count")
    return gray[(patch * area)..<((patch + 1) * area)]
  }

  /// The patches with these indices, in this order; an index may occur more than once.
  public func subset(_ patches: [Int]) -> LabelledPatches {
    var chosen: [UInt8] = []
    chosen.reserveCapacity(patches.count * area)
    for patch in patches { chosen += gray(of: patch) }
    return LabelledPatches(
      trusting: side, gray: chosen, deforms: patches.map { deforms[$0] },
      isHardNegative: patches.map { isHardNegative[$0] }, places: patches.map { places[$0] },
      boxes: patches.map { boxes[$0] }, sources: patches.map { sources[$0] }, origins: patches.map { origins[$0] })
  }

  /// The patches for whose index the condition holds.
  public func subset(where isChosen: (Int) throws -> Bool) rethrows -> LabelledPatches {
    subset(try (0..<count).filter(isChosen))
  }

  /// The patches of several sets, one set after the other.
  ///
  /// - Throws: ``LabelledPatchesError/differentSides(_:_:)``; ``LabelledPatchesError/noSets`` for an empty
  ///   list.
  public static func concatenation(_ sets: [LabelledPatches]) throws(LabelledPatchesError) -> LabelledPatches {
    guard let first = sets.first else { throw .noSets }
    for set in sets where set.side != first.side { throw .differentSides(first.side, set.side) }
    return LabelledPatches(
      trusting: first.side, gray: sets.flatMap(\.gray), deforms: sets.flatMap(\.deforms),
      isHardNegative: sets.flatMap(\.isHardNegative), places: sets.flatMap(\.places), boxes: sets.flatMap(\.boxes),
      sources: sets.flatMap(\.sources), origins: sets.flatMap(\.origins))
  }

  private init(
    trusting side: Int, gray: [UInt8], deforms: [Bool], isHardNegative: [Bool], places: [String],
    boxes: [PatchBox?], sources: [String], origins: [String]
  ) {
    self.side = side
    self.gray = gray
    self.deforms = deforms
    self.isHardNegative = isHardNegative
    self.places = places
    self.boxes = boxes
    self.sources = sources
    self.origins = origins
  }
}
