/// Where a network sees the source in one patch: values of 0…1 × 255, rounded, for cells that divide the patch.
///
/// Rounded where they are computed, so that the order in which batches hold patches changes nothing.
public struct PatchSource: Hashable, Sendable {
  /// Number of the patch in its layout.
  public let patch: Int
  /// Probability that the cell lies in the deforming area, row-major.
  public var area: [UInt8]
  /// Heat of the place of greatest displacement, row-major.
  public var centre: [UInt8]

  public init(patch: Int, area: [UInt8], centre: [UInt8]) {
    self.patch = patch
    self.area = area
    self.centre = centre
  }
}
