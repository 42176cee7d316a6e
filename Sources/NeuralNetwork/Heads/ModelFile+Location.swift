extension ModelFile {
  /// The name of the output that tells where something deforms: centre row, centre column, half-height and
  /// half-width as shares of the patch's side.
  public static let locationHead = "location"

  /// Whether it tells where something deforms: it has an output ``locationHead`` of four numbers a patch.
  public var tellsLocation: Bool {
    graph.otherHeads[Self.locationHead].map { graph.shapes[$0].count == Self.locationCount } ?? false
  }

  /// Numbers per patch of the location head.
  public static let locationCount = 4
}
