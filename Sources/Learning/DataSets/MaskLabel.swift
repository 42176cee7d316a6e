/// What a mask of deforming pixels makes of a patch that shows part of it.
enum MaskLabel {
  case deforms
  case quiet
  /// Too little of the deformation is inside to say either.
  case leftOut

  /// The share of all deforming pixels that must be inside, or else ``leastPatchShare``.
  static let leastMaskShare = 0.25
  /// The share of the patch that must deform.
  static let leastPatchShare = 0.2
  /// The fewest deforming pixels that can be seen.
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
      Double(inside) >= Self.leastMaskShare * Double(total)
      || Double(inside) >= Self.leastPatchShare * Double(area)
    self = isEnough && inside >= Self.leastPixels ? .deforms : .leftOut
  }
}
