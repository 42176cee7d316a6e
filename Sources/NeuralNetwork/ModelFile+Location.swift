extension ModelFile {
  /// Whether it tells where something deforms: it has an output ``locationHead`` of four numbers a patch.
  public var tellsLocation: Bool {
    graph.otherHeads[Self.locationHead].map { graph.shapes[$0].count == Self.locationCount } ?? false
  }

  /// Numbers that the location head tells of a patch.
  public static let locationCount = 4

  /// What a sweep computes: the layers that lead to the classes, and to the location where there is one.
  var sweptGraph: Graph { graph.reduced(toHeads: tellsLocation ? [Self.locationHead] : []) }
}
