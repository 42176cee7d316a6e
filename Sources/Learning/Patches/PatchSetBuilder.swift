/// Collects labelled patches one by one.
struct PatchSetBuilder {
  let side: Int
  private var gray: [UInt8] = []
  private var deforms: [Bool] = []
  private var isHardNegative: [Bool] = []
  private var places: [String] = []
  private var boxes: [PatchBox?] = []
  private var sources: [String] = []
  private var origins: [String] = []

  init(side: Int) { self.side = side }

  var count: Int { deforms.count }

  mutating func add(
    _ patch: some Sequence<UInt8>, deforms: Bool, isHardNegative: Bool = false, place: String,
    box: PatchBox? = nil, source: String = "", origin: String
  ) {
    gray += patch
    self.deforms.append(deforms)
    self.isHardNegative.append(isHardNegative && !deforms)
    places.append(place)
    boxes.append(deforms ? box : nil)
    sources.append(deforms ? source : "")
    origins.append(origin)
  }

  func patches() throws(LabelledPatchesError) -> LabelledPatches {
    try LabelledPatches(
      side: side, gray: gray, deforms: deforms, isHardNegative: isHardNegative, places: places, boxes: boxes,
      sources: sources, origins: origins)
  }
}
