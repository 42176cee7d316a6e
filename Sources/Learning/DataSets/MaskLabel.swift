/// The label of a patch that shows part of a mask of deforming pixels.
enum MaskLabel {
  case deforms
  case quiet
  /// Too little of the deformation is inside for either label.
  case leftOut

  /// Fraction of all deforming pixels that must be inside the patch for it to count as deforming; the
  /// alternative is ``leastPatchFraction``.
  static let leastMaskFraction = 0.25
  /// Fraction of the patch that must deform; the alternative to ``leastMaskFraction``.
  static let leastPatchFraction = 0.2
  /// Fewest deforming pixels that are visible; required in both cases.
  static let leastPixels = 64

  /// - Parameters:
  ///   - inside: Deforming pixels in the patch.
  ///   - total: Deforming pixels in all.
  ///   - area: Pixels of the patch.
  init(inside: Int, of total: Int, area: Int) {
    guard inside > 0 else {
      self = .quiet
      return
    }
    let isEnough =
      Double(inside) >= Self.leastMaskFraction * Double(total)
      || Double(inside) >= Self.leastPatchFraction * Double(area)
    self = isEnough && inside >= Self.leastPixels ? .deforms : .leftOut
  }
}
