extension ModelFile {
  /// Whether the network predicts a location of deformation: it has an output ``locationHead`` of four numbers
  /// per patch.
  public var tellsLocation: Bool {
    graph.otherHeads[Self.locationHead].map { graph.shapes[$0].count == Self.locationCount } ?? false
  }

  /// Numbers per patch of the location head.
  public static let locationCount = 4

  /// The layers that a sweep runs: those of the class head, and of the location head if there is one.
  var sweptGraph: Graph { graph.reduced(toHeads: tellsLocation ? [Self.locationHead] : []) }
}
